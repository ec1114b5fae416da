#![doc = include_str!("../README.md")]

mod histogram;

pub use histogram::{Histogram, HistogramSnapshot};

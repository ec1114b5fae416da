#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up must fail, with the reason")]

mod engine;
mod postgres;
mod sqlite;

pub use engine::{Engine, TestDb, run_on};

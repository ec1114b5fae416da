#![doc = include_str!("../README.md")]

mod books;
mod caches;
pub mod cli;
mod commands;
pub mod config;
pub mod demo;
mod feed;
mod imports;
mod listening;
mod maturity;
mod output;
mod outside;
mod private_files;
mod probe;
mod process;
mod progress;
mod redis_info;
mod sealing;
mod secret_key;
mod signals;
mod starting;
mod stores;
mod telemetry;
mod wiring;

pub use commands::{http_server, run};
pub use outside::{Outbox, SystemClock};
pub use secret_key::{SecretKeyError, key_ring_load, secret_key_load};
pub use wiring::{Injected, System};

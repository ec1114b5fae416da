#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up must fail, with the reason")]

#[cfg(feature = "server")]
mod app;
mod engine;
mod postgres;
mod sqlite;

#[cfg(feature = "server")]
pub use app::{Api, Business, Person, Reply, TestApp, TestClock, TestServer};
pub use engine::{Engine, TestDb, run_on};

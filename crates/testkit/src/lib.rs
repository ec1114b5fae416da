#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up must fail, with the reason")]

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "database")]
mod engine;
#[cfg(feature = "database")]
mod postgres;
#[cfg(feature = "network")]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "database")]
mod sqlite;

#[cfg(feature = "server")]
pub use app::{Api, Business, Person, Reply, TestApp, TestClock, TestServer};
#[cfg(feature = "database")]
pub use engine::{Engine, TestDb, run_on};
#[cfg(feature = "network")]
pub use proxy::{Network, Proxy};
#[cfg(feature = "redis")]
pub use redis::RedisServer;

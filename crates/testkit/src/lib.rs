#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up must fail, with the reason")]

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "database")]
mod engine;
#[cfg(feature = "servers")]
mod nginx;
#[cfg(feature = "servers")]
mod pgbouncer;
#[cfg(feature = "servers")]
mod ports;
#[cfg(feature = "database")]
mod postgres;
#[cfg(feature = "servers")]
mod postgres_server;
#[cfg(feature = "network")]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "servers")]
mod redis_cluster;
#[cfg(feature = "servers")]
mod redis_watched;
#[cfg(feature = "database")]
mod sqlite;

#[cfg(feature = "server")]
pub use app::{Api, Business, Person, Reply, TestApp, TestClock, TestServer};
#[cfg(feature = "database")]
pub use engine::{Engine, TestDb, run_on};
#[cfg(feature = "servers")]
pub use nginx::{Nginx, NginxSite};
#[cfg(feature = "servers")]
pub use pgbouncer::PgBouncer;
#[cfg(feature = "servers")]
pub use ports::lasting_port;
#[cfg(feature = "servers")]
pub use postgres_server::PostgresServer;
#[cfg(feature = "network")]
pub use proxy::{Network, Proxy};
#[cfg(feature = "redis")]
pub use redis::RedisServer;
#[cfg(feature = "servers")]
pub use redis_cluster::RedisCluster;
#[cfg(feature = "servers")]
pub use redis_watched::RedisWatched;

#![doc = include_str!("../README.md")]

#[macro_use]
mod engine;
mod audit;
mod businesses;
mod people;
mod schema;

pub use businesses::Businesses;
pub use engine::{Db, DbConfig, DbError, DbResult, Engine, PoolStatus};
pub use people::People;

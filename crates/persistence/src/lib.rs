#![doc = include_str!("../README.md")]

#[macro_use]
mod engine;
mod audit;
mod bank_accounts;
mod businesses;
mod people;
mod schema;
#[cfg(test)]
mod schema_tests;
mod sessions;

pub use bank_accounts::BankAccounts;
pub use businesses::Businesses;
pub use engine::{Db, DbConfig, DbError, DbResult, Engine, PoolStatus};
pub use people::People;
pub use sessions::Sessions;

#![doc = include_str!("../README.md")]

#[macro_use]
mod engine;
mod audit;
mod bank_accounts;
mod businesses;
mod contributions;
mod effects;
mod idempotency;
mod ledger;
mod payouts;
mod people;
mod savings;
mod schema;
#[cfg(test)]
mod schema_tests;
mod search;
mod sessions;

pub use audit::AuditTrail;
pub use bank_accounts::BankAccounts;
pub use businesses::Businesses;
pub use contributions::{Contributions, WriterConfig, WriterStats};
pub use engine::{Db, DbConfig, DbError, DbResult, Engine, PoolStatus};
pub use ledger::Ledger;
pub use payouts::Payouts;
pub use people::People;
pub use savings::Savings;
pub use sessions::Sessions;

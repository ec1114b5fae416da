#![doc = include_str!("../README.md")]

#[macro_use]
mod engine;
mod audit;
mod bank_accounts;
mod books;
mod businesses;
mod changes;
mod contributions;
mod effects;
mod id_bounds;
mod idempotency;
mod imports;
#[cfg(test)]
mod index_tests;
mod installation;
mod invitations;
mod ledger;
mod maturity;
mod names;
mod notifications;
mod payouts;
mod people;
mod platform;
mod reports;
mod rounds;
mod savings;
mod schema;
#[cfg(test)]
mod schema_tests;
mod seals;
mod search;
mod secrets;
mod sessions;
#[cfg(test)]
mod tenant_tests;
mod transfer;

pub use audit::AuditTrail;
pub use bank_accounts::BankAccounts;
pub use books::{BalancePiece, BookFigures, Books};
pub use businesses::Businesses;
pub use changes::Changes;
pub use contributions::{Contributions, WriterConfig, WriterMeters, WriterStats};
pub use engine::{Db, DbConfig, DbError, DbResult, Engine, PoolStatus, ReplicaStatus};
pub use imports::Imports;
pub use installation::{Installation, KeyFingerprints, KeyMatch, KeyUses};
pub use invitations::Invitations;
pub use ledger::Ledger;
pub use maturity::Maturity;
pub use names::NameBook;
pub use notifications::Notifications;
pub use payouts::Payouts;
pub use people::People;
pub use platform::Platform;
pub use reports::Reports;
pub use rounds::Rounds;
pub use savings::Savings;
pub use seals::Seals;
pub use secrets::Secrets;
pub use sessions::Sessions;
pub use transfer::{Backup, Copied, TransferError, backup_make, database_copy, database_empty_check};

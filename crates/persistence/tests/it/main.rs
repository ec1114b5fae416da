//! The contract of the stores, on both engines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bank_accounts;
mod businesses;
mod contributions;
mod desk;
mod fixture;
mod people;
mod savings;
mod sessions;

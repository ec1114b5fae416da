//! The contract of the stores, on both engines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bank_accounts;
mod businesses;
mod fixture;
mod people;
mod sessions;

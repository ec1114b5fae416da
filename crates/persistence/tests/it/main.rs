//! The contract of the stores, on both engines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bank_accounts;
mod books;
mod businesses;
mod changes;
mod contributions;
mod contributions_bulk;
mod contributions_races;
mod contributions_writer;
mod desk;
mod fixture;
mod imports;
mod invitations;
mod ledger;
mod ledger_history;
mod ledger_verify;
mod maturity;
mod members;
mod names;
mod news;
mod notifications;
mod payouts;
mod people;
mod plans;
mod raw;
mod rounds;
mod savings;
mod seal_key;
mod seals;
mod seals_tampered;
mod secrets;
mod sessions;
mod sheet;
mod transfer;

//! The rules of thrift savings as a business lives them: decisions are applied to books in memory exactly as a store
//! would apply them, and after every step the books are audited from their postings.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken expectation is a failed test")]

mod books;
mod books_audit;
mod commission;
mod contribution;
mod desk;
mod histories;
mod history_command;
mod invitation;
mod maturity;
mod members;
mod notifications;
mod order;
mod payout;
mod permission;
mod platform;
mod reversal;
mod round;
mod savings;
mod savings_update;
mod seal;
mod sheet;
mod worked_values;

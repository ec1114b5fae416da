//! The HTTP surface through the real server: who may do what, what is refused, what is answered, what is left behind.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod audit;
mod authorization;
mod bad_input;
mod calls;
mod cast;
mod database;
mod idempotency;

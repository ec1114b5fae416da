//! The HTTP surface through the real server: who may do what, what is refused, what is answered, what is left behind.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod answers;
mod audit;
mod authorization;
mod bad_input;
mod books;
mod businesses;
mod calls;
mod cards;
mod cast;
mod catalogue;
mod collection_sheet;
mod contributions;
mod copies;
mod database;
mod days;
mod fuzz;
mod histories;
mod idempotency;
mod imports;
mod invitations;
mod limits;
mod maturity;
mod members;
#[expect(dead_code, reason = "the domain's own tests use the rest")]
mod model;
mod named_lists;
mod news;
mod notifications;
mod own_view;
mod payouts;
mod platform;
mod reports;
mod rotation;
mod rounds;
mod secrets;
mod sign_in;
mod stage;
mod surface;
mod terms;
mod trail;

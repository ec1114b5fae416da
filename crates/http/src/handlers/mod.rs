//! Handlers: each takes checked input, calls one use-case and answers with a view.

pub mod admin;
pub mod audit;
pub mod auth;
pub mod businesses;
pub mod collection_sheet;
pub mod commissions;
pub mod contributions;
pub mod imports;
pub mod ledger;
pub mod me;
pub mod notifications;
pub mod payment_requests;
pub mod rounds;
pub mod savings;
pub mod system;

//! Handlers: each takes checked input, calls one use-case and answers with a view.

pub mod auth;
pub mod businesses;
pub mod me;
pub mod savings;
pub mod system;

//! `ofektom cache`: how the caches of a running server serve, and forgetting all copies.

mod clear;
mod stats;

pub(super) use clear::run as clear;
pub(super) use stats::run as stats;

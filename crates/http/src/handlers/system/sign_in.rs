//! Signing in, in `/metrics`.

use ofektom_auth::{HasherStats, LockoutStats};
use serde::Serialize;
use utoipa::ToSchema;

/// How signing in went on this server since its start.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInView {
    /// Hashings that wait for a thread.
    hashings_waiting: usize,
    /// How many may; more are refused.
    hashings_waiting_max: usize,
    hashings_total: u64,
    /// Hashings that were refused because the queue was full.
    hashings_refused_total: u64,
    /// Phone numbers that were locked after too many failed attempts.
    phones_locked_total: u64,
    /// Addresses that were.
    addresses_locked_total: u64,
    /// Attempts that were refused because their number or address was delayed or locked.
    held_up_total: u64,
}

impl SignInView {
    /// The counters as they are told.
    pub const fn new(hashing: HasherStats, lockouts: LockoutStats) -> Self {
        Self {
            hashings_waiting: hashing.waiting,
            hashings_waiting_max: hashing.waiting_max,
            hashings_total: hashing.hashings_total,
            hashings_refused_total: hashing.refused_total,
            phones_locked_total: lockouts.phones_total,
            addresses_locked_total: lockouts.addresses_total,
            held_up_total: lockouts.held_up_total,
        }
    }
}

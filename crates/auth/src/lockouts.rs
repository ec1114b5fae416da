//! Counters of locks.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often somebody was kept from signing in so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LockoutStats {
    /// Locks of phone numbers after too many failed attempts.
    pub phones_total: u64,
    /// Locks of addresses.
    pub addresses_total: u64,
    /// Attempts refused unheard, because their number or address was delayed or locked.
    pub held_up_total: u64,
}

/// Counts them. Relaxed: the numbers need no order among themselves.
#[derive(Debug, Default)]
pub(crate) struct Lockouts {
    phones: AtomicU64,
    addresses: AtomicU64,
    held_up: AtomicU64,
}

impl Lockouts {
    pub(crate) fn phone_locked(&self) {
        self.phones.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn address_locked(&self) {
        self.addresses.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn held_up(&self) {
        self.held_up.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self) -> LockoutStats {
        LockoutStats {
            phones_total: self.phones.load(Ordering::Relaxed),
            addresses_total: self.addresses.load(Ordering::Relaxed),
            held_up_total: self.held_up.load(Ordering::Relaxed),
        }
    }
}

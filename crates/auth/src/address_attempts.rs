//! Failed attempts by the client's address: kept in this process only, for they guard against one machine that tries
//! many phone numbers, and need not survive a restart.

use std::time::Duration;

use jiff::Timestamp;
use ofektom_cache::{LocalCache, LocalCacheStats, LocalKey};
use ofektom_domain::people::SignInAttempts;
use serde::{Deserialize, Serialize};

use crate::attempts::{FORGET_SECONDS, Gate, Limits, attempts_failed, gate};

/// The cache key: a keyed hash of an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressKey(pub(crate) [u8; 32]);

/// `SignInAttempts` as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    failed: u32,
    last_failed_at_ms: i64,
    locked_until_ms: Option<i64>,
}

impl LocalKey for AddressKey {
    const KIND: &'static str = "sign_in_attempts_by_address";
    const VERSION: u8 = 1;
    type Value = Kept;

    /// Long enough for any lock. Whether an entry still counts is decided by the rule, not by its disappearing.
    fn ttl(&self, _value: &Kept) -> Duration {
        Duration::from_secs(2 * FORGET_SECONDS.unsigned_abs())
    }
}

impl From<SignInAttempts> for Kept {
    fn from(attempts: SignInAttempts) -> Self {
        Self {
            failed: attempts.failed,
            last_failed_at_ms: attempts.last_failed_at.as_millisecond(),
            locked_until_ms: attempts.locked_until.map(Timestamp::as_millisecond),
        }
    }
}

impl Kept {
    fn attempts(self) -> Option<SignInAttempts> {
        Some(SignInAttempts {
            failed: self.failed,
            last_failed_at: Timestamp::from_millisecond(self.last_failed_at_ms).ok()?,
            locked_until: self.locked_until_ms.map(Timestamp::from_millisecond).transpose().ok()?,
        })
    }
}

/// Counts attempts by address: failed sign-ins, and requests for reset codes under keys of their own.
#[derive(Debug)]
pub(crate) struct AddressAttempts {
    cache: LocalCache<AddressKey>,
}

impl AddressAttempts {
    pub(crate) fn new(cache: LocalCache<AddressKey>) -> Self {
        Self { cache }
    }

    pub(crate) fn stats(&self) -> LocalCacheStats {
        self.cache.stats()
    }

    /// Whether the address may make an attempt.
    pub(crate) fn gate(&self, key: &AddressKey, limits: Limits, now: Timestamp) -> Gate {
        gate(self.cache.get(key).and_then(Kept::attempts), limits, now)
    }

    /// Counts a failure; whether it locked the address.
    pub(crate) fn fail(&self, key: &AddressKey, limits: Limits, now: Timestamp) -> bool {
        let mut locks = false;
        self.cache.update(key, |before| {
            let before = before.and_then(Kept::attempts);
            let after = attempts_failed(before, limits, now);
            locks = after.locked_until.is_some() && after.locked_until != before.and_then(|before| before.locked_until);
            Some(after.into())
        });
        locks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + seconds).unwrap()
    }

    #[test]
    fn ten_failures_lock_one_address_and_no_other() {
        let attempts = AddressAttempts::new(LocalCache::new(100));
        let (bad, good) = (AddressKey([1; 32]), AddressKey([2; 32]));
        let locks: Vec<bool> = (0..11).map(|_| attempts.fail(&bad, Limits::PHONE, at(0))).collect();
        assert_eq!(locks.iter().position(|locked| *locked), Some(9));
        assert_eq!(locks.iter().filter(|locked| **locked).count(), 1, "a lock is told once");
        assert_eq!(attempts.gate(&bad, Limits::PHONE, at(1)), Gate::Locked { until: at(900) });
        assert_eq!(attempts.gate(&bad, Limits::PHONE, at(900)), Gate::Open);
        assert_eq!(attempts.gate(&good, Limits::PHONE, at(1)), Gate::Open);
    }

    #[test]
    fn without_a_cache_every_address_may() {
        let attempts = AddressAttempts::new(LocalCache::off());
        assert!((0..20).all(|_| !attempts.fail(&AddressKey([1; 32]), Limits::PHONE, at(0))));
        assert_eq!(attempts.gate(&AddressKey([1; 32]), Limits::PHONE, at(0)), Gate::Open);
    }
}

//! The rule for failed attempts to sign in: a growing delay from the 5th on, a lock at the 10th. Pure. The same rule with
//! other numbers bounds how many reset codes may be asked for.
//!
//! By it nobody can try more than ten secrets in any 15 minutes.

use jiff::{SignedDuration, Timestamp};
use ofektom_domain::people::SignInAttempts;

/// The longest delay, in seconds.
const DELAY_SECONDS_MAX: i64 = 60;

/// How long a lock lasts, and after which time without a failure the earlier ones are forgotten, in seconds.
pub(crate) const FORGET_SECONDS: i64 = 15 * 60;

/// How many attempts may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From which failure on a delay follows; `None` for none.
    pub delay_from: Option<u32>,
    /// Which failure locks.
    pub lock_at: u32,
}

impl Limits {
    /// Sign-ins with one phone number.
    pub const PHONE: Self = Self { delay_from: Some(5), lock_at: 10 };
    /// Reset codes asked for one phone number. Each request counts.
    pub(crate) const CODES_OF_PHONE: Self = Self { delay_from: None, lock_at: 5 };
    /// Reset codes asked for from one address, for whichever numbers.
    pub(crate) const CODES_OF_ADDRESS: Self = Self { delay_from: None, lock_at: 30 };

    /// Sign-ins from one address: the delay begins half-way to the lock.
    #[must_use]
    pub const fn of_address(lock_at: u32) -> Self {
        Self { delay_from: Some(lock_at / 2), lock_at }
    }
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Yes.
    Open,
    /// Not yet: several attempts failed. An attempt in the meantime is refused without looking at the secret, and does
    /// not count.
    Delayed {
        /// From when on it may.
        until: Timestamp,
    },
    /// No: too many attempts failed.
    Locked {
        /// From when on it may, and the count starts anew.
        until: Timestamp,
    },
}

impl Gate {
    /// In how many seconds an attempt may be made, at least 1; `None` when it may now.
    #[must_use]
    pub fn retry_after_seconds(self, now: Timestamp) -> Option<u64> {
        let (Self::Delayed { until } | Self::Locked { until }) = self else { return None };
        let millis = until.duration_since(now).as_millis();
        u64::try_from(millis).map_or(Some(1), |millis| Some(millis.div_ceil(1_000).max(1)))
    }
}

/// Whether an attempt may be made at `now`, after those that failed.
#[must_use]
pub fn gate(attempts: Option<SignInAttempts>, limits: Limits, now: Timestamp) -> Gate {
    let Some(attempts) = remembered(attempts, now) else { return Gate::Open };
    if let Some(until) = attempts.locked_until {
        return Gate::Locked { until };
    }
    let until = later(attempts.last_failed_at, delay_seconds(attempts.failed, limits));
    if now < until { Gate::Delayed { until } } else { Gate::Open }
}

/// The state after one more failure at `now`. A lock that holds already is not prolonged.
#[must_use]
pub fn attempts_failed(before: Option<SignInAttempts>, limits: Limits, now: Timestamp) -> SignInAttempts {
    let before = remembered(before, now);
    let failed = before.map_or(0, |before| before.failed).saturating_add(1);
    let last_failed_at = before.map_or(now, |before| before.last_failed_at.max(now));
    let held = before.and_then(|before| before.locked_until);
    let locked_until = held.or_else(|| (failed >= limits.lock_at).then(|| later(now, FORGET_SECONDS)));
    SignInAttempts { failed, last_failed_at, locked_until }
}

/// The attempts, unless they are so old, or locked so long ago, that they are forgotten.
fn remembered(attempts: Option<SignInAttempts>, now: Timestamp) -> Option<SignInAttempts> {
    attempts.filter(|attempts| {
        let forgotten_at = attempts.locked_until.unwrap_or_else(|| later(attempts.last_failed_at, FORGET_SECONDS));
        now < forgotten_at
    })
}

/// The delay after so many failures in a row.
fn delay_seconds(failed: u32, limits: Limits) -> i64 {
    match limits.delay_from.and_then(|from| failed.checked_sub(from)) {
        None => 0,
        Some(beyond) => {
            1_i64.checked_shl(beyond).filter(|s| *s > 0).map_or(DELAY_SECONDS_MAX, |s| s.min(DELAY_SECONDS_MAX))
        }
    }
}

fn later(instant: Timestamp, seconds: i64) -> Timestamp {
    instant.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + seconds).unwrap()
    }

    /// `count` failures in a row at the start.
    fn failed(count: u32) -> Option<SignInAttempts> {
        (0..count).fold(None, |before, _| Some(attempts_failed(before, Limits::PHONE, at(0))))
    }

    #[test]
    fn the_first_four_failures_cost_nothing() {
        assert_eq!(gate(None, Limits::PHONE, at(0)), Gate::Open);
        for count in 1..=4 {
            assert_eq!(gate(failed(count), Limits::PHONE, at(0)), Gate::Open, "{count}");
        }
    }

    #[test]
    fn from_the_fifth_on_the_delay_doubles() {
        for (count, seconds) in [(5, 1), (6, 2), (7, 4), (8, 8), (9, 16)] {
            assert_eq!(gate(failed(count), Limits::PHONE, at(0)), Gate::Delayed { until: at(seconds) }, "{count}");
            assert_eq!(gate(failed(count), Limits::PHONE, at(seconds)), Gate::Open, "{count}");
        }
        assert_eq!([4, 10, 11].map(|failed| delay_seconds(failed, Limits::PHONE)), [0, 32, 60]);
        assert_eq!([68, 69, u32::MAX].map(|failed| delay_seconds(failed, Limits::PHONE)), [60, 60, 60]);
    }

    #[test]
    fn the_tenth_locks_for_fifteen_minutes_and_then_the_count_starts_anew() {
        let locked = failed(10);
        assert_eq!(gate(locked, Limits::PHONE, at(899)), Gate::Locked { until: at(900) });
        assert_eq!(gate(locked, Limits::PHONE, at(900)), Gate::Open);
        assert_eq!(attempts_failed(locked, Limits::PHONE, at(900)).failed, 1);
        assert_eq!(attempts_failed(locked, Limits::PHONE, at(900)).locked_until, None);
    }

    #[test]
    fn other_limits_lock_later_and_delay_from_half_way_or_never() {
        let of = |limits: Limits, count: u32| {
            let attempts = (0..count).fold(None, |before, _| Some(attempts_failed(before, limits, at(0))));
            gate(attempts, limits, at(0))
        };
        let address = Limits::of_address(40);
        assert_eq!(of(address, 19), Gate::Open);
        assert_eq!(of(address, 20), Gate::Delayed { until: at(1) });
        assert_eq!(of(address, 39), Gate::Delayed { until: at(60) });
        assert_eq!(of(address, 40), Gate::Locked { until: at(900) });
        assert_eq!(of(Limits::CODES_OF_PHONE, 4), Gate::Open);
        assert_eq!(of(Limits::CODES_OF_PHONE, 5), Gate::Locked { until: at(900) });
        assert_eq!(Limits::of_address(10), Limits::PHONE);
    }

    #[test]
    fn a_failure_while_locked_does_not_prolong_the_lock() {
        let again = attempts_failed(failed(10), Limits::PHONE, at(600));
        assert_eq!((again.failed, again.locked_until), (11, Some(at(900))));
    }

    #[test]
    fn failures_are_forgotten_after_fifteen_minutes_without_one() {
        assert_eq!(attempts_failed(failed(4), Limits::PHONE, at(899)).failed, 5);
        assert_eq!(attempts_failed(failed(4), Limits::PHONE, at(900)).failed, 1);
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_rounded_up() {
        let until = at(10);
        let now = at(0).checked_add(SignedDuration::from_millis(1)).unwrap();
        assert_eq!(Gate::Delayed { until }.retry_after_seconds(now), Some(10));
        assert_eq!(Gate::Locked { until }.retry_after_seconds(at(9)), Some(1));
        assert_eq!(Gate::Locked { until }.retry_after_seconds(at(10)), Some(1));
        assert_eq!(Gate::Open.retry_after_seconds(at(0)), None);
    }

    proptest! {
        /// Whatever the rhythm, at most ten secrets are tried in any 15 minutes.
        #[test]
        fn no_rhythm_gets_more_than_ten_tries(pauses in prop::collection::vec(prop_oneof![0..3_i64, 0..120_i64, 800..1_000_i64], 1..300)) {
            let mut now = 0;
            let mut attempts = None;
            let mut tries: Vec<i64> = Vec::new();
            for pause in pauses {
                now += pause;
                if gate(attempts, Limits::PHONE, at(now)) == Gate::Open {
                    attempts = Some(attempts_failed(attempts, Limits::PHONE, at(now)));
                    tries.push(now);
                }
            }
            for run in tries.windows(11) {
                prop_assert!(run[10] - run[0] >= FORGET_SECONDS, "{run:?}");
            }
        }
    }
}

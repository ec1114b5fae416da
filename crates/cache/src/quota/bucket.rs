//! The arithmetic: a bucket that leaks at a constant rate (GCRA), kept as the moment at which it will be empty.
//!
//! All times are nanoseconds of one clock. What is used is counted in time, too: a unit costs `window / units`.

use std::time::Duration;

use super::{Quota, Taken};

/// Of a quota, an instance may use one part in so many without telling the others.
const QUIET_SHARE: u64 = 8;

/// A quota in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    unit_ns: u64,
    /// What may be in use at once.
    full_ns: u64,
    units: u32,
}

/// What one key has in use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// When nothing will be in use, as far as this instance knows.
    whole_at: u64,
    /// The same for what it may use without telling, at a rate of one part in [`QUIET_SHARE`].
    quiet_at: u64,
    /// Used here, and unknown to the others.
    untold: u64,
}

/// What came of asking a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub taken: Taken,
    /// The key is used so much here that the others are to know of it.
    pub loud: bool,
}

impl Rates {
    pub(super) fn of(quota: Quota) -> Self {
        let units = quota.units.max(1);
        let window = u64::try_from(quota.window.as_nanos()).unwrap_or(u64::MAX);
        let unit_ns = window.checked_div(units.into()).unwrap_or(0).max(1);
        // Not the window, so that rounding gives nobody a unit more.
        Self { unit_ns, full_ns: unit_ns.saturating_mul(units.into()), units }
    }

    /// What so many units cost. More than the quota has could never be had, and cost all of it.
    pub(super) fn cost(&self, units: u32) -> u64 {
        self.unit_ns.saturating_mul(units.min(self.units).into())
    }

    /// What may be in use at once.
    pub(super) const fn full_ns(&self) -> u64 {
        self.full_ns
    }

    /// An answer about a bucket in which `used` is in use.
    pub(super) fn tell(&self, used: u64, wait: u64, given: bool) -> Taken {
        let left = self.full_ns.saturating_sub(used).checked_div(self.unit_ns).unwrap_or(0);
        Taken {
            given,
            left: u32::try_from(left).unwrap_or(u32::MAX),
            whole_in: Duration::from_nanos(used),
            wait: Duration::from_nanos(wait),
        }
    }
}

impl Bucket {
    /// Asks for what costs `cost`.
    pub(super) fn take(&mut self, rates: &Rates, cost: u64, now: u64) -> Answer {
        let used = self.used(now);
        if used == 0 {
            // It is whole, so the past concerns nobody.
            self.untold = 0;
        }
        let after = used.saturating_add(cost);
        let over = after.saturating_sub(rates.full_ns);
        if over > 0 {
            return Answer { taken: rates.tell(used, over, false), loud: false };
        }
        self.whole_at = now.saturating_add(after);
        self.untold = self.untold.saturating_add(cost);
        let quiet = self.quiet_at.saturating_sub(now).saturating_add(cost.saturating_mul(QUIET_SHARE));
        self.quiet_at = now.saturating_add(quiet.min(rates.full_ns));
        Answer { taken: rates.tell(after, 0, true), loud: quiet > rates.full_ns }
    }

    /// What is in use.
    pub(super) const fn used(&self, now: u64) -> u64 {
        self.whole_at.saturating_sub(now)
    }

    /// What the others do not know of; they are told, so it is asked for once.
    pub(super) fn untold_take(&mut self, now: u64) -> u64 {
        std::mem::take(&mut self.untold).min(self.used(now))
    }

    /// All instances together have so much in use, beside what this one has not told yet.
    pub(super) fn learn(&mut self, used_by_all: u64, now: u64) {
        let used = used_by_all.saturating_add(self.untold);
        self.whole_at = self.whole_at.max(now.saturating_add(used));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn rates(units: u32, seconds: u64) -> Rates {
        Rates::of(Quota { name: "test", units, window: Duration::from_secs(seconds) })
    }

    fn take(bucket: &mut Bucket, rates: &Rates, now: u64) -> Taken {
        bucket.take(rates, rates.cost(1), now).taken
    }

    #[test]
    fn a_whole_quota_is_had_at_once_and_comes_back_evenly() {
        let (rates, mut bucket) = (rates(60, 60), Bucket::default());
        let left: Vec<u32> = (0..60).map(|_| take(&mut bucket, &rates, 0).left).collect();
        assert_eq!(left, (0..60).rev().collect::<Vec<_>>());
        let refused = take(&mut bucket, &rates, 0);
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(refused, Taken { given: false, left: 0, whole_in: minute, wait: second });
        assert!(!take(&mut bucket, &rates, SECOND - 1).given);
        assert!(take(&mut bucket, &rates, SECOND).given, "Retry-After is honoured");
        assert!(!take(&mut bucket, &rates, SECOND).given);
        assert_eq!(take(&mut bucket, &rates, 31 * SECOND).left, 29);
        assert_eq!(take(&mut bucket, &rates, 10_000 * SECOND).left, 59, "more than the quota is never saved up");
    }

    #[test]
    fn a_heavy_request_costs_more_and_one_over_the_quota_all_of_it() {
        let (rates, mut bucket) = (rates(20, 20), Bucket::default());
        assert_eq!(bucket.take(&rates, rates.cost(10), 0).taken.left, 10);
        assert_eq!(bucket.take(&rates, rates.cost(8), 0).taken.left, 2);
        let refused = bucket.take(&rates, rates.cost(10), 0).taken;
        assert_eq!((refused.given, refused.left, refused.wait), (false, 2, Duration::from_secs(8)));
        assert!(take(&mut bucket, &rates, 0).given, "a lighter one still fits");
        let (mut other, more) = (Bucket::default(), rates.cost(50));
        assert_eq!(other.take(&rates, more, 0).taken.left, 0);
        assert!(other.take(&rates, more, 20 * SECOND).taken.given);
    }

    #[test]
    fn ordinary_use_is_quiet_and_much_of_it_is_loud() {
        let (rates, mut bucket) = (rates(80, 80), Bucket::default());
        let loud: Vec<bool> = (0..12).map(|_| bucket.take(&rates, rates.cost(1), 0).loud).collect();
        assert_eq!(loud.iter().position(|loud| *loud), Some(10), "an eighth is free");
        // One in eight seconds is an eighth of the rate, for ever.
        let mut steady = Bucket::default();
        assert!((0..1_000).all(|turn| !steady.take(&rates, rates.cost(1), turn * 8 * SECOND).loud));
        let mut brisk = Bucket::default();
        assert!((0..1_000).any(|turn| brisk.take(&rates, rates.cost(1), turn * 7 * SECOND).loud));
    }

    #[test]
    fn what_is_told_once_is_not_told_again_and_the_past_not_at_all() {
        let (rates, mut bucket) = (rates(60, 60), Bucket::default());
        for _ in 0..5 {
            take(&mut bucket, &rates, 0);
        }
        assert_eq!(bucket.untold_take(SECOND), 4 * SECOND, "one has come back");
        assert_eq!(bucket.untold_take(SECOND), 0);
        take(&mut bucket, &rates, 30 * SECOND);
        assert_eq!(bucket.untold_take(30 * SECOND), SECOND);
    }

    #[test]
    fn what_the_others_use_counts_beside_what_they_do_not_know() {
        let (rates, mut bucket) = (rates(60, 60), Bucket::default());
        take(&mut bucket, &rates, 0);
        let _ = bucket.untold_take(0);
        take(&mut bucket, &rates, 0);
        bucket.learn(50 * SECOND, 0);
        assert_eq!(bucket.used(0), 51 * SECOND);
        bucket.learn(10 * SECOND, 0);
        assert_eq!(bucket.used(0), 51 * SECOND, "a Redis that has forgotten gives nothing back");
        assert_eq!(take(&mut bucket, &rates, 0).left, 8);
    }

    proptest! {
        /// Over any span: at most the quota, and what comes back meanwhile.
        #[test]
        fn nobody_gets_more(units in 1_u32..500, gaps in prop::collection::vec((0_u64..3 * SECOND, 1_u32..12), 1..300)) {
            let (rates, mut bucket, mut now, mut given) = (rates(units, 60), Bucket::default(), 0, 0_u64);
            for (gap, asked) in gaps {
                now += gap;
                let cost = rates.cost(asked);
                let taken = bucket.take(&rates, cost, now).taken;
                given += if taken.given { cost } else { 0 };
                prop_assert!(given <= rates.full_ns + now);
                prop_assert!(taken.left <= units);
                if !taken.given {
                    let wait = u64::try_from(taken.wait.as_nanos()).unwrap();
                    let (mut earlier, mut later) = (bucket, bucket);
                    prop_assert!(later.take(&rates, cost, now + wait).taken.given);
                    prop_assert!(!earlier.take(&rates, cost, now + wait - 1).taken.given);
                }
            }
        }
    }
}

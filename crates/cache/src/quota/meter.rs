//! A quota, counted for each key.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::bucket::Rates;
use super::table::Table;
use super::{Quota, Taken};
use crate::counters::Counter;
use crate::redis::{Link, Spend, quota_name};

/// Counts one quota for each key that is a number, such as an id. It is made by [`Caches::meter`](crate::Caches::meter); clones
/// count together.
///
/// `take` never waits and sends nothing: what a key uses is told to the other instances in the background, a fifth of a
/// second later, once it is more than an eighth of the quota here. `take_exact` asks Redis for each unit.
#[derive(Clone)]
pub struct Meter(Arc<Counts>);

/// How a meter has served so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeterStats {
    /// What is counted.
    pub quota: Quota,
    /// Keys that are known here, roughly.
    pub keys: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Keys of which the other instances were told, each time counted.
    pub settled: u64,
}

/// What the clones share, and the background works with.
pub(crate) struct Counts {
    quota: Quota,
    rates: Rates,
    table: Table,
    keys_max: usize,
    started: Instant,
    /// Keys of which the others are to be told.
    listed: Mutex<Vec<u128>>,
    link: Option<Arc<Link>>,
    refused: Counter,
    settled: Counter,
}

impl Meter {
    pub(crate) fn new(quota: Quota, keys_max: usize, link: Option<Arc<Link>>) -> Self {
        let counts = Arc::new(Counts {
            quota,
            rates: Rates::of(quota),
            table: Table::new(keys_max),
            keys_max,
            started: Instant::now(),
            listed: Mutex::default(),
            link,
            refused: Counter::default(),
            settled: Counter::default(),
        });
        if let Some(link) = &counts.link {
            link.meters.add(&counts);
        }
        Self(counts)
    }

    /// What is counted.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.0.quota
    }

    /// Asks for units of a key. Never waits.
    #[must_use]
    pub fn take(&self, key: u128, units: u32, now: Instant) -> Taken {
        self.0.take(key, units, now, true)
    }

    /// Asks this process first, then Redis, so that all instances together give no more than the quota. When Redis cannot
    /// be asked or does not answer within its few milliseconds, this process alone counts.
    pub async fn take_exact(&self, key: u128, units: u32) -> Taken {
        let begun = Instant::now();
        let counts = &self.0;
        let taken = counts.take(key, units, begun, false);
        let Some(link) = counts.link.as_ref().filter(|_| taken.given) else { return taken };
        let spend = counts.spend(key, counts.rates.cost(units), true);
        let Some(answer) = link.quota_spend_now(&spend, begun).await else { return taken };
        let now = counts.nanos(Instant::now());
        let used = counts.table.with(key, now, |slot| {
            let _ = slot.bucket.untold_take(now);
            slot.bucket.learn(answer.used_ns, now);
            slot.bucket.used(now)
        });
        if answer.given {
            return counts.rates.tell(used, 0, true);
        }
        counts.refused.add_one();
        let wait = used.saturating_add(counts.rates.cost(units)).saturating_sub(counts.rates.full_ns());
        counts.rates.tell(used, wait, false)
    }

    /// How it has served so far.
    #[must_use]
    pub fn stats(&self) -> MeterStats {
        let counts = &self.0;
        MeterStats {
            quota: counts.quota,
            keys: counts.table.keys(),
            refused: counts.refused.get(),
            settled: counts.settled.get(),
        }
    }
}

impl Counts {
    fn take(&self, key: u128, units: u32, now: Instant, tells: bool) -> Taken {
        let (cost, now) = (self.rates.cost(units), self.nanos(now));
        let taken = self.table.with(key, now, |slot| {
            let answer = slot.bucket.take(&self.rates, cost, now);
            if tells && answer.loud && !slot.listed {
                slot.listed = self.list(key);
            }
            answer.taken
        });
        if !taken.given {
            self.refused.add_one();
        }
        taken
    }

    /// Takes a key on for the background; false when it could do nothing with it.
    fn list(&self, key: u128) -> bool {
        let Some(link) = self.link.as_ref().filter(|link| link.is_used()) else { return false };
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if listed.len() >= self.keys_max {
            return false;
        }
        listed.push(key);
        drop(listed);
        link.meters.call();
        true
    }

    /// What Redis is to be told: of each listed key what it used here since.
    pub(crate) fn spends_take(&self) -> Vec<(u128, Spend)> {
        let keys = std::mem::take(&mut *self.listed.lock().unwrap_or_else(PoisonError::into_inner));
        let now = self.nanos(Instant::now());
        let spend = |key: u128| {
            let cost = self.table.find(key, |slot| {
                slot.listed = false;
                slot.bucket.untold_take(now)
            })?;
            Some((key, self.spend(key, cost, false)))
        };
        keys.into_iter().filter_map(spend).collect()
    }

    /// Redis says how much of a key is in use, by all instances.
    pub(crate) fn settled(&self, key: u128, used_ns: u64) {
        self.settled.add_one();
        let now = self.nanos(Instant::now());
        // One that was forgotten meanwhile is asked for again when it is used much again.
        let _ = self.table.find(key, |slot| slot.bucket.learn(used_ns, now));
    }

    fn spend(&self, key: u128, cost_ns: u64, bounded: bool) -> Spend {
        let full_ns = self.rates.full_ns();
        Spend { name: quota_name(self.quota.name, key), cost_ns, full_ns, bounded }
    }

    fn nanos(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.started).as_nanos()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Meter {
    /// No keys: they may be addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.stats()).finish()
    }
}

//! The buckets of one quota: a bounded number, and no lock that all of them share.

use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::bucket::Bucket;

/// Keys that share a lock.
const SLOTS_PER_SET: usize = 8;

/// What is known of one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    key: u128,
    pub bucket: Bucket,
    /// It is among those to be settled.
    pub listed: bool,
}

/// Buckets by key. Where too many keys come together, the one with the least in use is forgotten.
pub(super) struct Table {
    sets: Box<[Mutex<Vec<Slot>>]>,
    hasher: RandomState,
    keys: AtomicU64,
}

impl Slot {
    fn new(key: u128) -> Self {
        Self { key, bucket: Bucket::default(), listed: false }
    }
}

impl Table {
    /// A table for at most so many keys, rounded up to whole sets.
    pub(super) fn new(keys_max: usize) -> Self {
        let sets = keys_max.div_ceil(SLOTS_PER_SET).max(1);
        let sets = (0..sets).map(|_| Mutex::default()).collect();
        Self { sets, hasher: RandomState::default(), keys: AtomicU64::new(0) }
    }

    /// Keys that have a bucket, whole ones among them.
    pub(super) fn keys(&self) -> u64 {
        self.keys.load(Ordering::Relaxed)
    }

    /// Works with the slot of a key, which is made if there is none. No other call on the key comes in between, so `work`
    /// must be short.
    pub(super) fn with<R>(&self, key: u128, now: u64, work: impl FnOnce(&mut Slot) -> R) -> R {
        let Some(set) = self.set_of(key) else { return work(&mut Slot::new(key)) };
        let mut slots = set.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.iter_mut().find(|slot| slot.key == key) {
            return work(slot);
        }
        let mut slot = Slot::new(key);
        let result = work(&mut slot);
        if slots.len() < SLOTS_PER_SET {
            self.keys.fetch_add(1, Ordering::Relaxed);
            slots.push(slot);
        } else if let Some(least) = slots.iter_mut().min_by_key(|slot| slot.bucket.used(now)) {
            *least = slot;
        }
        result
    }

    /// The same for a key that is known; `None` for one that is not.
    pub(super) fn find<R>(&self, key: u128, work: impl FnOnce(&mut Slot) -> R) -> Option<R> {
        let mut slots = self.set_of(key)?.lock().unwrap_or_else(PoisonError::into_inner);
        slots.iter_mut().find(|slot| slot.key == key).map(work)
    }

    fn set_of(&self, key: u128) -> Option<&Mutex<Vec<Slot>>> {
        let sets = u64::try_from(self.sets.len()).unwrap_or(u64::MAX);
        let at = self.hasher.hash_one(key).checked_rem(sets)?;
        self.sets.get(usize::try_from(at).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Quota;
    use super::super::bucket::Rates;
    use super::*;

    #[test]
    fn each_key_has_its_own_bucket_and_their_number_is_bounded() {
        let rates = Rates::of(Quota { name: "test", units: 10, window: std::time::Duration::from_secs(10) });
        let take = |table: &Table, key: u128, units: u32| {
            table.with(key, 0, |slot| slot.bucket.take(&rates, rates.cost(units), 0).taken.left)
        };
        let table = Table::new(64);
        assert_eq!((take(&table, 1, 4), take(&table, 2, 1), take(&table, 1, 1)), (6, 9, 5));
        assert_eq!(take(&table, 3, 10), 0);
        for key in 100..10_000 {
            take(&table, key, 1);
        }
        assert_eq!(table.keys(), 64);
        assert_eq!(take(&table, 3, 1), 0, "whoever has used most is not forgotten for those who have used little");
        assert!(table.find(3, |_| ()).is_some() && table.find(20_000, |_| ()).is_none());
    }
}

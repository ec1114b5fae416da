//! The level in this process.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::ops::compute::Op;
use moka::policy::EvictionPolicy;

use crate::stats::Counters;
use crate::{CacheKey, CacheStats, codec};

/// Encoded values in this process. Hits do not copy the bytes.
pub struct MemoryCache<K: CacheKey> {
    entries: moka::sync::Cache<K, Stored>,
    counters: Counters,
}

/// An encoded value with its time to live, which the cache reads from here.
#[derive(Clone)]
struct Stored {
    bytes: Arc<[u8]>,
    ttl: Duration,
}

/// Expires each entry by its own time to live, counted from the last write.
struct ByStoredTtl;

impl<K> moka::Expiry<K, Stored> for ByStoredTtl {
    fn expire_after_create(&self, _key: &K, stored: &Stored, _created_at: Instant) -> Option<Duration> {
        Some(stored.ttl)
    }

    fn expire_after_update(
        &self,
        _key: &K,
        stored: &Stored,
        _updated_at: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Some(stored.ttl)
    }
}

impl Stored {
    fn encode<K: CacheKey>(key: &K, value: &K::Value) -> Option<Self> {
        let bytes = codec::encode(K::VERSION, value).ok()?;
        Some(Self { bytes: bytes.into(), ttl: key.ttl(value) })
    }

    fn decode<K: CacheKey>(&self) -> Option<K::Value> {
        codec::decode(K::VERSION, &self.bytes)
    }
}

impl<K: CacheKey> MemoryCache<K> {
    pub(crate) fn new(entries_max: u64) -> Self {
        // Least recently used, not the default TinyLFU: that one may refuse a new entry, and a counter that was
        // written a moment ago must be found.
        let entries = moka::sync::Cache::builder()
            .name(K::KIND)
            .max_capacity(entries_max)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(ByStoredTtl)
            .build();
        Self { entries, counters: Counters::default() }
    }

    pub(crate) fn get(&self, key: &K) -> Option<K::Value> {
        let value = self.entries.get(key).and_then(|stored| stored.decode::<K>());
        self.counters.count(value.is_some());
        value
    }

    pub(crate) fn put(&self, key: &K, value: &K::Value) {
        match Stored::encode(key, value) {
            Some(stored) => self.entries.insert(key.clone(), stored),
            None => self.entries.invalidate(key),
        }
    }

    pub(crate) fn remove(&self, key: &K) {
        self.entries.invalidate(key);
    }

    pub(crate) fn update(
        &self,
        key: &K,
        change: impl FnOnce(Option<K::Value>) -> Option<K::Value>,
    ) -> Option<K::Value> {
        let mut after = None;
        self.entries.entry_by_ref(key).and_compute_with(|entry| {
            let before = entry.and_then(|entry| entry.into_value().decode::<K>());
            self.counters.count(before.is_some());
            after = change(before);
            after.as_ref().and_then(|value| Stored::encode(key, value)).map_or(Op::Remove, Op::Put)
        });
        after
    }

    pub(crate) fn stats(&self) -> CacheStats {
        self.counters.stats(K::KIND, self.entries.entry_count())
    }
}

impl<K: CacheKey> fmt::Debug for MemoryCache<K> {
    /// Counters only: keys and values may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MemoryCache").field(&self.stats()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use moka::Expiry;

    use super::*;

    /// A key whose value states its own time to live in seconds.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Counter(u32);

    impl CacheKey for Counter {
        const KIND: &'static str = "counter";
        const VERSION: u8 = 3;
        type Value = (u64, u64);

        fn ttl(&self, (_count, ttl_seconds): &(u64, u64)) -> Duration {
            Duration::from_secs(*ttl_seconds)
        }
    }

    #[test]
    fn a_value_is_kept_replaced_and_removed() {
        let cache = MemoryCache::new(10);
        assert_eq!(cache.get(&Counter(1)), None);
        cache.put(&Counter(1), &(5, 60));
        assert_eq!(cache.get(&Counter(1)), Some((5, 60)));
        cache.put(&Counter(1), &(6, 60));
        assert_eq!(cache.get(&Counter(1)), Some((6, 60)));
        cache.remove(&Counter(1));
        assert_eq!(cache.get(&Counter(1)), None);
        let stats = cache.stats();
        assert_eq!((stats.kind, stats.hits, stats.misses), ("counter", 2, 2));
    }

    #[test]
    fn each_entry_has_its_own_time_to_live() {
        let cache = MemoryCache::new(10);
        cache.put(&Counter(1), &(5, 0));
        cache.put(&Counter(2), &(5, 3_600));
        assert_eq!(cache.get(&Counter(1)), None);
        assert_eq!(cache.get(&Counter(2)), Some((5, 3_600)));
        // Writing restarts the time by the new value's.
        cache.put(&Counter(2), &(6, 0));
        assert_eq!(cache.get(&Counter(2)), None);
    }

    #[test]
    fn the_time_to_live_reaches_the_cache_on_every_write() {
        let stored = Stored::encode(&Counter(1), &(5, 90)).unwrap();
        let ninety = Some(Duration::from_secs(90));
        assert_eq!(ByStoredTtl.expire_after_create(&Counter(1), &stored, Instant::now()), ninety);
        let left = Some(Duration::from_secs(1));
        assert_eq!(ByStoredTtl.expire_after_update(&Counter(1), &stored, Instant::now(), left), ninety);
    }

    #[test]
    fn bytes_of_another_version_are_a_miss() {
        let cache: MemoryCache<Counter> = MemoryCache::new(10);
        let bytes = codec::encode(Counter::VERSION - 1, &(5_u64, 60_u64)).unwrap();
        cache.entries.insert(Counter(1), Stored { bytes: bytes.into(), ttl: Duration::from_secs(60) });
        assert_eq!(cache.get(&Counter(1)), None);
    }

    #[test]
    fn concurrent_updates_lose_nothing() {
        let cache = MemoryCache::new(10);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        cache.update(&Counter(1), |before| Some((before.map_or(1, |(count, _)| count + 1), 60)));
                    }
                });
            }
        });
        assert_eq!(cache.get(&Counter(1)), Some((2_000, 60)));
        assert_eq!(cache.update(&Counter(1), |_| None), None);
        assert_eq!(cache.get(&Counter(1)), None);
    }

    #[test]
    fn the_number_of_entries_is_bounded_and_the_last_ones_stay() {
        let cache = MemoryCache::new(10);
        for n in 0..1_000 {
            cache.put(&Counter(n), &(1, 60));
        }
        cache.entries.run_pending_tasks();
        assert_eq!(cache.stats().entries, 10);
        assert_eq!(cache.get(&Counter(999)), Some((1, 60)));
        assert_eq!(cache.get(&Counter(0)), None);
    }
}

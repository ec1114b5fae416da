//! A cache of this process alone, for counters and the like that no other instance and no Redis has to know.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::ops::compute::Op;
use moka::policy::EvictionPolicy;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec;
use crate::counters::Counter;

/// The key of a cache of this process alone.
pub trait LocalKey: Clone + Eq + Hash + Send + Sync + 'static {
    /// The kind's name, for counters; unique among the caches of a program.
    const KIND: &'static str;

    /// The version of the value type.
    const VERSION: u8;

    /// What is kept under the key.
    type Value: Serialize + DeserializeOwned;

    /// How long a value lives from when it was put. Zero keeps nothing.
    fn ttl(&self, value: &Self::Value) -> Duration;
}

/// How such a cache has served so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalCacheStats {
    /// The kind of its keys.
    pub kind: &'static str,
    /// Reads that found a value.
    pub hits: u64,
    /// Reads that found none.
    pub misses: u64,
    /// Entries kept now, roughly: expired ones count until they are swept.
    pub entries: u64,
}

/// Encoded values in this process. Hits do not copy the bytes.
pub struct LocalCache<K: LocalKey> {
    /// `None` keeps nothing.
    entries: Option<moka::sync::Cache<K, Stored>>,
    hits: Counter,
    misses: Counter,
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
    fn encode<K: LocalKey>(key: &K, value: &K::Value) -> Option<Self> {
        let bytes = codec::encode(K::VERSION, value).ok()?;
        Some(Self { bytes: bytes.into(), ttl: key.ttl(value) })
    }

    fn decode<K: LocalKey>(&self) -> Option<K::Value> {
        codec::decode(K::VERSION, &self.bytes)
    }
}

impl<K: LocalKey> LocalCache<K> {
    /// A cache that keeps at most `entries_max` entries, those used last.
    #[must_use]
    pub fn new(entries_max: u64) -> Self {
        // Least recently used, not the default TinyLFU: that one may refuse a new entry, and a counter that was
        // written a moment ago must be found.
        let entries = moka::sync::Cache::builder()
            .name(K::KIND)
            .max_capacity(entries_max)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(ByStoredTtl)
            .build();
        Self { entries: Some(entries), hits: Counter::default(), misses: Counter::default() }
    }

    /// A cache that keeps nothing: every read misses.
    #[must_use]
    pub fn off() -> Self {
        Self { entries: None, hits: Counter::default(), misses: Counter::default() }
    }

    /// The value under a key, while it lives.
    pub fn get(&self, key: &K) -> Option<K::Value> {
        let stored = self.entries.as_ref().and_then(|entries| entries.get(key));
        let value = stored.and_then(|stored| stored.decode::<K>());
        self.count(value.is_some());
        value
    }

    /// Keeps a value for the time that its key states. A value that cannot be encoded removes the one there.
    pub fn put(&self, key: &K, value: &K::Value) {
        let Some(entries) = &self.entries else { return };
        match Stored::encode(key, value) {
            Some(stored) => entries.insert(key.clone(), stored),
            None => entries.invalidate(key),
        }
    }

    /// Forgets a key.
    pub fn remove(&self, key: &K) {
        if let Some(entries) = &self.entries {
            entries.invalidate(key);
        }
    }

    /// Replaces the value under a key by what `change` makes of it (`None` forgets it) and returns the new one. No other
    /// call on the key comes between the reading and the writing, so `change` must be short and must not use the cache.
    pub fn update(&self, key: &K, change: impl FnOnce(Option<K::Value>) -> Option<K::Value>) -> Option<K::Value> {
        let Some(entries) = &self.entries else { return change(None) };
        let mut after = None;
        entries.entry_by_ref(key).and_compute_with(|entry| {
            let before = entry.and_then(|entry| entry.into_value().decode::<K>());
            self.count(before.is_some());
            after = change(before);
            after.as_ref().and_then(|value| Stored::encode(key, value)).map_or(Op::Remove, Op::Put)
        });
        after
    }

    /// How it has served so far.
    pub fn stats(&self) -> LocalCacheStats {
        LocalCacheStats {
            kind: K::KIND,
            hits: self.hits.get(),
            misses: self.misses.get(),
            entries: self.entries.as_ref().map_or(0, moka::sync::Cache::entry_count),
        }
    }

    fn count(&self, hit: bool) {
        if hit { &self.hits } else { &self.misses }.add_one();
    }
}

impl<K: LocalKey> fmt::Debug for LocalCache<K> {
    /// Counters only: keys and values may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalCache").field(&self.stats()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use moka::Expiry;

    use super::*;

    /// A key whose value states its own time to live in seconds.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Attempts(u32);

    impl LocalKey for Attempts {
        const KIND: &'static str = "counter";
        const VERSION: u8 = 3;
        type Value = (u64, u64);

        fn ttl(&self, (_count, ttl_seconds): &(u64, u64)) -> Duration {
            Duration::from_secs(*ttl_seconds)
        }
    }

    #[test]
    fn a_value_is_kept_replaced_and_removed() {
        let cache = LocalCache::new(10);
        assert_eq!(cache.get(&Attempts(1)), None);
        cache.put(&Attempts(1), &(5, 60));
        assert_eq!(cache.get(&Attempts(1)), Some((5, 60)));
        cache.put(&Attempts(1), &(6, 60));
        assert_eq!(cache.get(&Attempts(1)), Some((6, 60)));
        cache.remove(&Attempts(1));
        assert_eq!(cache.get(&Attempts(1)), None);
        let stats = cache.stats();
        assert_eq!((stats.kind, stats.hits, stats.misses), ("counter", 2, 2));
    }

    #[test]
    fn what_is_off_keeps_nothing() {
        let cache = LocalCache::off();
        cache.put(&Attempts(1), &(5, 60));
        assert_eq!(cache.update(&Attempts(1), |before| before.or(Some((7, 60)))), Some((7, 60)));
        assert_eq!(cache.get(&Attempts(1)), None);
    }

    #[test]
    fn each_entry_has_its_own_time_to_live() {
        let cache = LocalCache::new(10);
        cache.put(&Attempts(1), &(5, 0));
        cache.put(&Attempts(2), &(5, 3_600));
        assert_eq!(cache.get(&Attempts(1)), None);
        assert_eq!(cache.get(&Attempts(2)), Some((5, 3_600)));
        // Writing restarts the time by the new value's.
        cache.put(&Attempts(2), &(6, 0));
        assert_eq!(cache.get(&Attempts(2)), None);
    }

    #[test]
    fn the_time_to_live_reaches_the_cache_on_every_write() {
        let stored = Stored::encode(&Attempts(1), &(5, 90)).unwrap();
        let ninety = Some(Duration::from_secs(90));
        assert_eq!(ByStoredTtl.expire_after_create(&Attempts(1), &stored, Instant::now()), ninety);
        let left = Some(Duration::from_secs(1));
        assert_eq!(ByStoredTtl.expire_after_update(&Attempts(1), &stored, Instant::now(), left), ninety);
    }

    #[test]
    fn bytes_of_another_version_are_a_miss() {
        let cache: LocalCache<Attempts> = LocalCache::new(10);
        let bytes = codec::encode(Attempts::VERSION - 1, &(5_u64, 60_u64)).unwrap();
        cache
            .entries
            .as_ref()
            .unwrap()
            .insert(Attempts(1), Stored { bytes: bytes.into(), ttl: Duration::from_secs(60) });
        assert_eq!(cache.get(&Attempts(1)), None);
    }

    #[test]
    fn concurrent_updates_lose_nothing() {
        let cache = LocalCache::new(10);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        cache.update(&Attempts(1), |before| Some((before.map_or(1, |(count, _)| count + 1), 60)));
                    }
                });
            }
        });
        assert_eq!(cache.get(&Attempts(1)), Some((2_000, 60)));
        assert_eq!(cache.update(&Attempts(1), |_| None), None);
        assert_eq!(cache.get(&Attempts(1)), None);
    }

    #[test]
    fn the_number_of_entries_is_bounded_and_the_last_ones_stay() {
        let cache = LocalCache::new(10);
        for n in 0..1_000 {
            cache.put(&Attempts(n), &(1, 60));
        }
        cache.entries.as_ref().unwrap().run_pending_tasks();
        assert_eq!(cache.stats().entries, 10);
        assert_eq!(cache.get(&Attempts(999)), Some((1, 60)));
        assert_eq!(cache.get(&Attempts(0)), None);
    }
}

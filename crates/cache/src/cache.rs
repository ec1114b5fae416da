//! The cache that a program is given.

use crate::memory::MemoryCache;
use crate::{CacheKey, CacheStats};

/// A cache of one kind of key, by level.
#[derive(Debug)]
pub enum Cache<K: CacheKey> {
    /// Keeps nothing.
    Off,
    /// Keeps values in this process.
    Memory(MemoryCache<K>),
}

impl<K: CacheKey> Cache<K> {
    /// A cache that keeps nothing: every read misses.
    #[must_use]
    pub const fn off() -> Self {
        Self::Off
    }

    /// A cache in this process that keeps at most `entries_max` entries, those used last.
    #[must_use]
    pub fn memory(entries_max: u64) -> Self {
        Self::Memory(MemoryCache::new(entries_max))
    }

    /// The value under a key, while it lives.
    pub fn get(&self, key: &K) -> Option<K::Value> {
        match self {
            Self::Off => None,
            Self::Memory(memory) => memory.get(key),
        }
    }

    /// Keeps a value for the time that its key states. A value that cannot be encoded removes the one there.
    pub fn put(&self, key: &K, value: &K::Value) {
        match self {
            Self::Off => {}
            Self::Memory(memory) => memory.put(key, value),
        }
    }

    /// Forgets a key.
    pub fn remove(&self, key: &K) {
        match self {
            Self::Off => {}
            Self::Memory(memory) => memory.remove(key),
        }
    }

    /// Replaces the value under a key by what `change` makes of it (`None` forgets it) and returns the new one. No other
    /// call on the key comes between the reading and the writing, so `change` must be short and must not use the cache.
    pub fn update(&self, key: &K, change: impl FnOnce(Option<K::Value>) -> Option<K::Value>) -> Option<K::Value> {
        match self {
            Self::Off => change(None),
            Self::Memory(memory) => memory.update(key, change),
        }
    }

    /// How it has served so far.
    pub fn stats(&self) -> CacheStats {
        match self {
            Self::Off => CacheStats { kind: K::KIND, hits: 0, misses: 0, entries: 0 },
            Self::Memory(memory) => memory.stats(),
        }
    }
}

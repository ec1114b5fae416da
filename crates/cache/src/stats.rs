//! Counters of a cache.

use std::sync::atomic::{AtomicU64, Ordering};

/// How a cache has served so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheStats {
    /// The kind of its keys.
    pub kind: &'static str,
    /// Reads that found a value.
    pub hits: u64,
    /// Reads that found none.
    pub misses: u64,
    /// Entries kept now, roughly: expired ones count until they are swept.
    pub entries: u64,
}

/// Counts reads. Relaxed: the numbers need no order among themselves.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Counters {
    pub(crate) fn count(&self, hit: bool) {
        let counter = if hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self, kind: &'static str, entries: u64) -> CacheStats {
        CacheStats {
            kind,
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries,
        }
    }
}

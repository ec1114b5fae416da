//! Counters of one kind.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::KindStats;

/// Relaxed throughout: the numbers need no order among themselves.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, count: usize) {
        self.0.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What happened to the reads and writes of one kind.
#[derive(Debug, Default)]
pub(crate) struct KindCounters {
    pub memory_hits: Counter,
    pub redis_hits: Counter,
    pub negative_hits: Counter,
    pub misses: Counter,
    pub loads: Counter,
    pub load_waits: Counter,
    pub invalidated: Counter,
    pub discarded: Counter,
    pub garbage: Counter,
}

impl KindCounters {
    pub(crate) fn stats(&self, kind: &'static str, entries: u64) -> KindStats {
        KindStats {
            kind,
            memory_hits: self.memory_hits.get(),
            redis_hits: self.redis_hits.get(),
            negative_hits: self.negative_hits.get(),
            misses: self.misses.get(),
            loads: self.loads.get(),
            load_waits: self.load_waits.get(),
            invalidated: self.invalidated.get(),
            discarded: self.discarded.get(),
            garbage: self.garbage.get(),
            entries,
        }
    }
}

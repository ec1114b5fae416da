//! Counters of the writers.

use std::sync::atomic::{AtomicU64, Ordering};

/// What the writers have done since they were started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Items that wait or are being written now.
    pub queue_depth: u64,
    /// Batches committed or given up.
    pub batches: u64,
    /// Items in all batches.
    pub items: u64,
    /// Items of the largest batch.
    pub largest_batch: u64,
    /// Batches that failed and were tried again job by job.
    pub retried_singly: u64,
    /// Jobs refused because the queue was full.
    pub overloaded: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    batches: AtomicU64,
    items: AtomicU64,
    largest_batch: AtomicU64,
    retried_singly: AtomicU64,
    overloaded: AtomicU64,
}

impl Counters {
    pub(super) fn batch(&self, items: u64) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.items.fetch_add(items, Ordering::Relaxed);
        self.largest_batch.fetch_max(items, Ordering::Relaxed);
    }

    pub(super) fn retried_singly(&self) {
        self.retried_singly.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn overloaded(&self) {
        self.overloaded.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn with_queue_depth(&self, queue_depth: u64) -> WriterStats {
        WriterStats {
            queue_depth,
            batches: self.batches.load(Ordering::Relaxed),
            items: self.items.load(Ordering::Relaxed),
            largest_batch: self.largest_batch.load(Ordering::Relaxed),
            retried_singly: self.retried_singly.load(Ordering::Relaxed),
            overloaded: self.overloaded.load(Ordering::Relaxed),
        }
    }
}

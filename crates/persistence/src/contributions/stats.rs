//! Counters of the writers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ofektom_meter::{Histogram, HistogramSnapshot};

/// Upper bounds of how many items a batch has.
const SIZE_BOUNDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/// Upper bounds of how long a batch takes, in nanoseconds: 1 ms to 10 s.
const DURATION_BOUNDS: &[u64] = &[
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    10_000_000_000,
];

/// What the writers have done since they were started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Items that wait or are being written now.
    pub queue_depth: u64,
    /// How many may.
    pub queue_depth_max: u64,
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

/// What was measured of the batches since the writers were started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriterMeters {
    /// Items of a batch.
    pub batch_size: HistogramSnapshot,
    /// How long a batch took, from its start to the end of its transaction, in nanoseconds.
    pub commit_duration: HistogramSnapshot,
}

#[derive(Debug)]
pub(super) struct Counters {
    batch_size: Histogram,
    commit_duration: Histogram,
    batches: AtomicU64,
    items: AtomicU64,
    largest_batch: AtomicU64,
    retried_singly: AtomicU64,
    overloaded: AtomicU64,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            batch_size: Histogram::new(SIZE_BOUNDS),
            commit_duration: Histogram::new(DURATION_BOUNDS),
            batches: AtomicU64::new(0),
            items: AtomicU64::new(0),
            largest_batch: AtomicU64::new(0),
            retried_singly: AtomicU64::new(0),
            overloaded: AtomicU64::new(0),
        }
    }
}

impl Counters {
    pub(super) fn committed(&self, took: Duration) {
        self.commit_duration.record(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(super) fn meters(&self) -> WriterMeters {
        WriterMeters { batch_size: self.batch_size.snapshot(), commit_duration: self.commit_duration.snapshot() }
    }

    pub(super) fn batch(&self, items: u64) {
        self.batch_size.record(items);
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

    pub(super) fn with_queue_depth(&self, (queue_depth, queue_depth_max): (u64, u64)) -> WriterStats {
        WriterStats {
            queue_depth,
            queue_depth_max,
            batches: self.batches.load(Ordering::Relaxed),
            items: self.items.load(Ordering::Relaxed),
            largest_batch: self.largest_batch.load(Ordering::Relaxed),
            retried_singly: self.retried_singly.load(Ordering::Relaxed),
            overloaded: self.overloaded.load(Ordering::Relaxed),
        }
    }
}

//! How often values were how large.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts values by size. Each place is an atomic of its own, so a reader may see a value in its sum before it sees it in its
/// bucket; none is ever lost.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// A count for each bound, and one for what is beyond the last.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    /// An empty histogram with these upper bounds, which must rise.
    #[must_use]
    pub fn new(bounds: &'static [u64]) -> Self {
        debug_assert!(bounds.is_sorted_by(|one, next| one < next), "bounds rise");
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Counts a value.
    pub fn record(&self, value: u64) {
        // The small ones are the many: from the front it is found in a few comparisons.
        let place = self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len());
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// What was counted so far.
    #[must_use]
    pub fn snapshot(&self) -> HistogramSnapshot {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        HistogramSnapshot { bounds: self.bounds, counts, sum: self.sum.load(Ordering::Relaxed) }
    }
}

/// What a histogram had counted at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistogramSnapshot {
    bounds: &'static [u64],
    counts: Vec<u64>,
    sum: u64,
}

impl HistogramSnapshot {
    /// The upper bounds.
    #[must_use]
    pub const fn bounds(&self) -> &'static [u64] {
        self.bounds
    }

    /// How many values were at or below each bound and above the one before; last, how many were above all of them.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many values there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |all, count| all.saturating_add(*count))
    }

    /// All values together. It starts anew at zero after 2^64.
    #[must_use]
    pub const fn sum(&self) -> u64 {
        self.sum
    }

    /// Adds what another histogram of the same bounds has counted.
    pub fn plus(&mut self, other: &Self) {
        if self.counts.is_empty() {
            self.clone_from(other);
            return;
        }
        debug_assert_eq!(self.bounds, other.bounds, "histograms of the same bounds are added");
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const BOUNDS: &[u64] = &[10, 100, 1_000];

    #[test]
    fn a_value_at_a_bound_is_below_it() {
        let histogram = Histogram::new(BOUNDS);
        for value in [0, 10, 11, 100, 1_000, 1_001, u64::MAX / 2] {
            histogram.record(value);
        }
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.counts(), [2, 2, 1, 2]);
        assert_eq!(snapshot.count(), 7);
        assert_eq!(snapshot.sum(), 10 + 11 + 100 + 1_000 + 1_001 + u64::MAX / 2);
    }

    #[test]
    fn nothing_is_lost_when_many_record_at_once() {
        let histogram = Histogram::new(BOUNDS);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10_000).for_each(|value| histogram.record(value % 20)));
            }
        });
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.count(), snapshot.sum()), (40_000, 40_000 / 20 * 190));
        assert_eq!(snapshot.counts(), [22_000, 18_000, 0, 0]);
    }

    #[test]
    fn snapshots_add_up() {
        let (one, other) = (Histogram::new(BOUNDS), Histogram::new(BOUNDS));
        one.record(5);
        other.record(5);
        other.record(5_000);
        let mut all = HistogramSnapshot::default();
        all.plus(&one.snapshot());
        all.plus(&other.snapshot());
        assert_eq!((all.counts(), all.sum()), ([2, 0, 0, 1].as_slice(), 5_010));
    }
}

//! What a load run measured. Whole numbers only: microseconds, requests a second, thousandths.

use std::time::Duration;

/// The answers of one run, of all its connections.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// How long was measured.
    pub span: Duration,
    /// Connections that were kept busy.
    pub connections: usize,
    /// Requests that failed: no answer, or not a 2xx.
    pub errors: u64,
    /// What the first failure was.
    pub first_error: Option<String>,
    /// Microseconds from request to answer, sorted.
    pub latencies: Vec<u64>,
}

impl Measured {
    /// Adds what one connection saw.
    pub fn absorb(&mut self, other: Self) {
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
        self.latencies.extend(other.latencies);
    }

    /// Sorts, so that percentiles can be read.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.latencies.sort_unstable();
        self
    }

    /// Answers that counted.
    pub fn answered(&self) -> u64 {
        u64::try_from(self.latencies.len()).unwrap_or(u64::MAX)
    }

    /// Answers a second.
    pub fn rate(&self) -> u64 {
        per_second(self.answered(), self.span)
    }

    /// The latency that so many of a thousand answers kept to, in microseconds.
    pub fn per_mille(&self, mille: usize) -> u64 {
        let at = self.latencies.len().saturating_mul(mille) / 1_000;
        self.latencies.get(at.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or(0)
    }

    /// The median latency in microseconds.
    pub fn median(&self) -> u64 {
        self.per_mille(500)
    }

    /// The latency that 99 of 100 answers kept to, in microseconds.
    pub fn p99(&self) -> u64 {
        self.per_mille(990)
    }

    /// Rate × median latency in thousandths of the connections: near 1000 when the closed loop kept all of them busy.
    pub fn occupancy(&self) -> u64 {
        let busy_micros = self.rate().saturating_mul(self.median());
        ratio(busy_micros, u64::try_from(self.connections).unwrap_or(1).saturating_mul(1_000_000))
    }
}

/// Events a second.
pub fn per_second(events: u64, span: Duration) -> u64 {
    let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX).max(1);
    events.saturating_mul(1_000_000) / micros
}

/// `a` ÷ `b` in thousandths.
pub fn ratio(a: u64, b: u64) -> u64 {
    a.saturating_mul(1_000) / b.max(1)
}

/// The median of some figures.
pub fn median(figures: impl IntoIterator<Item = u64>) -> u64 {
    let mut figures: Vec<u64> = figures.into_iter().collect();
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

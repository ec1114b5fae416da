//! Keeps a slow or lost Redis from slowing requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::counters::Counter;

/// So many failures within `WINDOW` open the breaker.
const FAILURES: usize = 3;
const WINDOW: Duration = Duration::from_secs(1);

/// So many good probes in a row close it.
const GOOD_PROBES: u32 = 3;

/// Open: requests do not ask Redis. It begins open, as there is no connection yet.
#[derive(Debug)]
pub(crate) struct Breaker {
    closed: AtomicBool,
    recent: Mutex<Recent>,
    opened: Counter,
}

#[derive(Debug, Default)]
struct Recent {
    failures: VecDeque<Instant>,
    good_probes: u32,
    was_closed: bool,
}

impl Breaker {
    pub(crate) fn new() -> Self {
        Self { closed: AtomicBool::new(false), recent: Mutex::default(), opened: Counter::default() }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// How often it opened.
    pub(crate) fn opened(&self) -> u64 {
        self.opened.get()
    }

    /// An answer was an error, or did not come in time.
    pub(crate) fn failure(&self, now: Instant) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.failures.front().is_some_and(|at| now.saturating_duration_since(*at) >= WINDOW) {
            recent.failures.pop_front();
        }
        recent.failures.push_back(now);
        if recent.failures.len() >= FAILURES {
            self.open(&mut recent);
        }
    }

    /// There is no connection.
    pub(crate) fn disconnected(&self) {
        if self.is_closed() {
            self.open(&mut self.recent.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// What came of a probe while open.
    pub(crate) fn probed(&self, good: bool) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.good_probes = if good { recent.good_probes.saturating_add(1) } else { 0 };
        if recent.good_probes < GOOD_PROBES || self.closed.swap(true, Ordering::AcqRel) {
            return;
        }
        recent.failures.clear();
        let again = std::mem::replace(&mut recent.was_closed, true);
        if again {
            tracing::info!("Redis answers in time again; requests use it");
        } else {
            tracing::info!("Redis is connected; requests use it");
        }
    }

    fn open(&self, recent: &mut Recent) {
        recent.failures.clear();
        recent.good_probes = 0;
        if self.closed.swap(false, Ordering::AcqRel) {
            self.opened.add_one();
            tracing::warn!("Redis is lost or slow; requests go on without it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed() -> Breaker {
        let breaker = Breaker::new();
        for _ in 0..GOOD_PROBES {
            breaker.probed(true);
        }
        breaker
    }

    #[test]
    fn three_good_probes_in_a_row_close_it() {
        let breaker = Breaker::new();
        for good in [true, true, false, true, true] {
            breaker.probed(good);
            assert!(!breaker.is_closed());
        }
        breaker.probed(true);
        assert!(breaker.is_closed());
        assert_eq!(breaker.opened(), 0, "being closed for the first time is no loss");
    }

    #[test]
    fn three_failures_within_a_second_open_it() {
        let (breaker, start) = (closed(), Instant::now());
        for ms in [0, 400, 1_200] {
            breaker.failure(start + Duration::from_millis(ms));
            assert!(breaker.is_closed(), "{ms}");
        }
        breaker.failure(start + Duration::from_millis(1_300));
        assert!(!breaker.is_closed());
        assert_eq!(breaker.opened(), 1);
    }

    #[test]
    fn a_lost_connection_opens_it_once() {
        let breaker = closed();
        breaker.disconnected();
        breaker.disconnected();
        assert!(!breaker.is_closed());
        assert_eq!(breaker.opened(), 1);
    }
}

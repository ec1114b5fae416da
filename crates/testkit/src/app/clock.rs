//! A clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Span, Timestamp};
use ofektom_domain::ports::Clock;

/// Stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows an instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_microsecond()))
    }

    /// Moves it to an instant.
    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves it on. Spans of hours and less; a day is 24 hours.
    ///
    /// # Panics
    /// When the instant leaves the calendar.
    pub fn advance(&self, span: Span) {
        self.set(self.now().checked_add(span).expect("an instant of this era"));
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("it was an instant when it was set")
    }
}

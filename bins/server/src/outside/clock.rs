//! The clock of the machine.

use jiff::Timestamp;
use ofektom_domain::ports::Clock;

/// Tells the time of the machine, to the microsecond: finer than that no database keeps it, and an answer must not differ
/// from what is read later.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected everywhere else")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_whole_microseconds() {
        assert!((0..1_000).all(|_| SystemClock.now().subsec_nanosecond() % 1_000 == 0));
    }
}

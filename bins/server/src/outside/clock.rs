//! The clock of the machine.

use jiff::Timestamp;
use ofektom_domain::ports::Clock;

/// Tells the time of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected everywhere else")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

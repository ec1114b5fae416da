//! What a demo injects in place of the machine's clock and the outbox.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::ports::{Clock, Message, Messenger, MessengerError};

tokio::task_local! {
    /// The instant at which what runs in a scope of it is done, whatever the clock says.
    static MOMENT: Timestamp;
}

/// Does something as if it were that instant. So people are at work at the same time in different weeks.
pub(super) async fn at<T>(instant: Timestamp, what: impl Future<Output = T>) -> T {
    MOMENT.scope(instant, what).await
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub(super) struct MovedClock(AtomicI64);

impl MovedClock {
    pub fn move_to(&self, instant: Timestamp) {
        self.0.store(instant.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let moved = || Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default();
        MOMENT.try_with(|moment| *moment).unwrap_or_else(|_| moved())
    }
}

/// Keeps messages, so that the people of the demo can act on them.
#[derive(Default)]
pub(super) struct Letters(Mutex<Vec<Message>>);

impl Letters {
    /// Takes the last message.
    pub fn take_last(&self) -> Option<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

#[async_trait]
impl Messenger for Letters {
    async fn message_send(&self, message: Message) -> Result<(), MessengerError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_moment_is_for_what_is_done_in_it_alone() {
        let (clock, moment) = (MovedClock::default(), Timestamp::from_second(7).unwrap());
        assert_eq!(at(moment, async { clock.now() }).await, moment);
        clock.move_to(Timestamp::from_second(9).unwrap());
        assert_eq!(clock.now(), Timestamp::from_second(9).unwrap());
    }
}

//! What a demo injects in place of the machine's clock and the outbox.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::ports::{Clock, Message, Messenger, MessengerError};

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
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
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

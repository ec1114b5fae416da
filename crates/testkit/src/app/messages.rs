//! Messages, kept for the test to read.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ofektom_domain::ports::{Message, Messenger, MessengerError};
use tokio::sync::Notify;

/// How long a message may be on its way on a busy machine.
const ARRIVAL_MAX: Duration = Duration::from_secs(30);

#[derive(Default)]
pub struct Messages {
    kept: Mutex<Vec<Message>>,
    arrived: Notify,
}

impl Messages {
    /// All messages so far, oldest first; they are forgotten.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_oldest(&self) -> Option<Message> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_empty() { None } else { Some(kept.remove(0)) }
    }

    /// Takes the oldest message, and waits for it when it is on its way.
    pub async fn next(&self) -> Message {
        let next = async {
            loop {
                let arrived = self.arrived.notified();
                if let Some(oldest) = self.take_oldest() {
                    return oldest;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(ARRIVAL_MAX, next).await.expect("a message arrives")
    }
}

#[async_trait::async_trait]
impl Messenger for Messages {
    async fn message_send(&self, message: Message) -> Result<(), MessengerError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        self.arrived.notify_waiters();
        Ok(())
    }
}

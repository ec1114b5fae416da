//! Messages, kept for the test to read.

use std::sync::{Mutex, PoisonError};

use ofektom_domain::ports::{Message, Messenger, MessengerError};

#[derive(Default)]
pub struct Messages(Mutex<Vec<Message>>);

impl Messages {
    /// All messages so far, oldest first; they are forgotten.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait::async_trait]
impl Messenger for Messages {
    async fn message_send(&self, message: Message) -> Result<(), MessengerError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        Ok(())
    }
}

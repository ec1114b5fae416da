//! Messages whose sending nobody waits for: so the time that an answer takes does not tell whether there was one to send.

use std::sync::Arc;

use ofektom_domain::ports::{Message, Messenger};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Most messages that are being handed over at once. One more is dropped, with a warning; whoever waits for it asks again.
const UNDER_WAY_MAX: u32 = 1_024;

/// Hands messages over in the background. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Deliveries {
    messenger: Arc<dyn Messenger>,
    runtime: Handle,
    places: Arc<Semaphore>,
}

impl Deliveries {
    /// Deliveries that run on the runtime of the caller.
    pub(crate) fn new(messenger: Arc<dyn Messenger>) -> Self {
        let places = usize::try_from(UNDER_WAY_MAX).unwrap_or(usize::MAX);
        Self { messenger, runtime: Handle::current(), places: Arc::new(Semaphore::new(places)) }
    }

    /// Hands a message over, soon.
    pub(crate) fn send(&self, message: Message) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::warn!("a message was dropped: too many are being handed over");
            return;
        };
        let messenger = Arc::clone(&self.messenger);
        self.runtime.spawn(async move {
            if let Err(error) = messenger.message_send(message).await {
                tracing::warn!(error = %error, "a message could not be handed over");
            }
            drop(place);
        });
    }

    /// Waits for what is under way.
    pub(crate) async fn finish(&self) {
        // It fails only when the semaphore is closed, and nobody closes it.
        let _ = self.places.acquire_many(UNDER_WAY_MAX).await;
    }
}

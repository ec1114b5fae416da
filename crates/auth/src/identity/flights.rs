//! One read of the store for each session at a time: whoever comes meanwhile waits for it, then looks again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ofektom_domain::ids::SessionId;
use tokio::sync::Semaphore;

type UnderWay = Arc<Mutex<HashMap<SessionId, Arc<Semaphore>>>>;

/// The sessions that are being read. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(UnderWay);

/// What a caller has to do.
pub(super) enum Turn {
    /// To read. The others wait until the guard is dropped, also when its holder goes away half-way.
    Lead(Lead),
    /// Another was reading, and has ended. Its result is not handed over: what it kept is fresh, what it did not keep was
    /// outdated as it arrived.
    Waited,
}

/// The duty to read.
pub(super) struct Lead {
    session: SessionId,
    under_way: UnderWay,
}

impl Flights {
    pub(super) async fn board(&self, session: SessionId) -> Turn {
        let ahead = {
            let mut under_way = lock(&self.0);
            if let Some(ahead) = under_way.get(&session) {
                Arc::clone(ahead)
            } else {
                under_way.insert(session, Arc::new(Semaphore::new(0)));
                return Turn::Lead(Lead { session, under_way: Arc::clone(&self.0) });
            }
        };
        // It never gets a permit: it is closed.
        let _ = ahead.acquire().await;
        Turn::Waited
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(waiting) = lock(&self.under_way).remove(&self.session) {
            waiting.close();
        }
    }
}

/// Nothing panics while it holds the lock.
fn lock(under_way: &UnderWay) -> MutexGuard<'_, HashMap<SessionId, Arc<Semaphore>>> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}

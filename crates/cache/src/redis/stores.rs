//! Values on their way to Redis. No request waits for them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::link::Link;

/// So many may wait; the next ones are dropped.
pub(super) const STORES_MAX: usize = 1_024;

/// So many go together.
const PIPELINE_MAX: usize = 64;

/// One change of what Redis keeps.
pub(crate) enum Store {
    /// Keeps a frame.
    Value {
        /// The key.
        name: String,
        /// The frame.
        bytes: Vec<u8>,
        /// How long it lives.
        ttl: Duration,
    },
    /// Deletes a key.
    Nothing {
        /// The key.
        name: String,
    },
}

impl Link {
    /// Takes a store on, unless Redis is lost or too many wait.
    pub(crate) fn store_later(&self, store: Store) {
        if !self.breaker.is_closed() || self.stores.try_send(store).is_err() {
            self.counters.stores_dropped.add_one();
        }
    }
}

/// Stores what comes, until the link closes.
pub(super) async fn run(link: Arc<Link>, mut waiting: mpsc::Receiver<Store>) {
    let mut closing = link.closing();
    let mut stores = Vec::with_capacity(PIPELINE_MAX);
    loop {
        tokio::select! {
            () = closing.came() => return,
            _ = waiting.recv_many(&mut stores, PIPELINE_MAX) => {}
        }
        if !link.breaker.is_closed() || link.store(&stores).await.is_err() {
            link.counters.stores_dropped.add(stores.len());
        }
        stores.clear();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value { .. } => "Value",
            Self::Nothing { .. } => "Nothing",
        })
    }
}

//! Begins and ends the tasks of a link.

use std::sync::Arc;
use std::time::Duration;

use fred::clients::Client;
use fred::interfaces::{ClientLike, EventInterface};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::link::Link;
use super::{delivery, push, quotas, stores};
use crate::caches::Shared;

/// Between two probes while the breaker is open.
const PROBE: Duration = Duration::from_millis(250);

/// Between two looks whether all invalidations have arrived.
const LOOK: Duration = Duration::from_millis(5);

/// How long the end waits for invalidations that are still to be sent.
const LAST_SENDING: Duration = Duration::from_secs(1);

impl Link {
    /// Begins to connect and to work; returns at once. A second call does nothing.
    pub(crate) fn start(self: &Arc<Self>, shared: &Arc<Shared>) {
        let Some(waiting) = self.stores_waiting() else { return };
        let link = || Arc::clone(self);
        let clients = self.pool.clients().iter().chain(std::iter::once(&self.subscriber));
        self.keep(clients.map(|client| tokio::spawn(stay_connected(link(), client.clone()))));
        self.keep([
            tokio::spawn(stores::run(link(), waiting)),
            tokio::spawn(delivery::run(link())),
            tokio::spawn(quotas::run(link())),
            tokio::spawn(push::hear(link(), Arc::clone(shared))),
            tokio::spawn(push::beat(link(), Arc::clone(shared))),
            tokio::spawn(probe(link())),
        ]);
    }

    /// Waits until no invalidation waits; false when some still do after `limit`.
    pub(crate) async fn invalidations_arrive(&self, limit: Duration) -> bool {
        let arrived = async {
            while !self.outbox.is_settled() {
                sleep(LOOK).await;
            }
        };
        timeout(limit, arrived).await.is_ok()
    }

    /// Sends the invalidations that wait, if Redis takes them, and ends everything.
    pub(crate) async fn close(&self) {
        if self.is_connected() {
            // What does not arrive is ended by the next start of any instance, or by its time.
            let _ = self.invalidations_arrive(LAST_SENDING).await;
        }
        for task in self.tasks_end() {
            // Ends at its next wait; one that panicked has ended already.
            let _ = task.await;
        }
    }
}

/// Keeps one client connected until the link closes. fred connects anew by itself, except after errors that it takes for
/// final, such as a wrong password, which may yet be set right.
///
/// Whatever answers after a connection was lost may have come back from an old snapshot, or be a replica that was behind:
/// values and tokens of the past together. So everything is invalidated first, and this instance reads nothing before
/// that has arrived. The loss is heard at once, and fred waits before it connects: no read comes in between.
async fn stay_connected(link: Arc<Link>, client: Client) {
    let mut closing = link.closing();
    let mut errors = client.error_rx();
    loop {
        let mut connection = client.connect();
        loop {
            tokio::select! {
                () = closing.came() => {
                    let _ = timeout(PROBE, client.quit()).await;
                    connection.abort();
                    return;
                }
                _ = &mut connection => break,
                // An error that was missed among many is one like them.
                Ok(_) | Err(RecvError::Lagged(_)) = errors.recv() => link.outbox.add_all(false),
            }
        }
        tokio::select! {
            () = closing.came() => return,
            () = sleep(LAST_SENDING) => {}
        }
    }
}

/// Probes Redis while the breaker is open.
async fn probe(link: Arc<Link>) {
    let mut closing = link.closing();
    let mut ticks = interval(PROBE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.came() => return,
            _ = ticks.tick() => {}
        }
        if !link.breaker.is_closed() {
            let good = link.probe().await.is_ok();
            link.breaker.probed(good);
        }
    }
}

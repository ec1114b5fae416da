//! A replica of the PostgreSQL server, which serves lists and reports.
//!
//! It is used only while it is known to have what the reader must see: it must not be more than the configured time behind,
//! and it must have what the reader himself wrote last through this process. Both are told by positions in the log of the
//! primary server that are noted each second, so no clock of another machine matters. Whatever goes wrong with the replica,
//! the primary answers instead.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool::managed::Pool;
use ofektom_domain::ids::UserId;
use tokio::sync::watch::{Receiver, Sender, channel};

use super::access::Attempt;
use super::config::DbConfig;
use super::counters::Counters;
use super::db::Inner;
use super::error::{DbError, DbResult};
use super::pg::PgManager;
use super::pool::{Door, PoolStatus, Pools, pool};
use super::replica_watch::replica_watch;
use super::watch::Watch;
use super::work::{Answer, Unit};

/// Readers whose writes are remembered before those long ago are forgotten.
const READERS_KEPT: usize = 10_000;

/// How a replica serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplicaStatus {
    /// Its connections.
    pub pool: PoolStatus,
    /// Whether it serves lists now.
    pub is_serving: bool,
    /// How long ago at most the state was that it has; `None` when nothing is known of it.
    pub behind_milliseconds: Option<u64>,
    /// Lists and reports that it answered.
    pub lists_total: u64,
    /// Lists and reports that it failed to answer, so that the primary server did.
    pub fallbacks_total: u64,
}

pub(super) struct Replica {
    pools: Pools,
    watch: Watch,
    counters: Arc<Counters>,
    lag_max: Duration,
    /// The replica has everything that was committed before this instant; `None` while that is not known.
    has_until: Sender<Option<Instant>>,
    written: std::sync::Mutex<HashMap<UserId, Instant>>,
    lists: AtomicU64,
    fallbacks: AtomicU64,
}

impl Replica {
    /// The replica that the configuration names, if it names one. It need not be there yet.
    ///
    /// # Errors
    /// [`DbError::Url`] when its URL cannot be read.
    pub(super) fn of(config: &DbConfig) -> DbResult<Option<Self>> {
        let Some(url) = &config.replica_url else { return Ok(None) };
        let counters = Arc::new(Counters::default());
        // It is reached without a pooler.
        let config = DbConfig { pooled: false, direct_url: None, ..config.clone() };
        let manager = PgManager::new(url, &config, Arc::clone(&counters))?;
        // Nobody waits long for it: the primary answers sooner.
        let waits = (config.connect_timeout, config.connect_timeout);
        Ok(Some(Self {
            pools: Pools::Pg(pool(manager, config.pool_size_max, waits)?),
            watch: Watch::default(),
            counters,
            lag_max: config.replica_lag_max,
            has_until: channel(None).0,
            written: std::sync::Mutex::default(),
            lists: AtomicU64::new(0),
            fallbacks: AtomicU64::new(0),
        }))
    }

    /// Keeps an eye on the replica until the database is closed.
    pub(super) fn watch(&self, inner: &Arc<Inner>, primary: &Pool<PgManager>) {
        let Pools::Pg(replica) = &self.pools else { return };
        let watch = replica_watch(Arc::downgrade(inner), primary.clone(), replica.clone());
        inner.runtime.spawn(watch);
    }

    /// Its connections.
    pub(super) const fn pool(&self) -> Option<&Pool<PgManager>> {
        match &self.pools {
            Pools::Pg(pool) => Some(pool),
            Pools::Lite { .. } => None,
        }
    }

    pub(super) const fn lag_max(&self) -> Duration {
        self.lag_max
    }

    /// Notes up to when the replica is known to have everything.
    pub(super) fn has_until_set(&self, until: Option<Instant>) {
        // Sent whether somebody listens or not.
        let before = self.has_until.send_replace(until);
        if before.is_some() != until.is_some() {
            tracing::info!(replica.is_serving = until.is_some(), "the replica began or ceased to serve lists");
        }
    }

    fn has_until(&self) -> Option<Instant> {
        let until = *self.has_until.borrow();
        until.filter(|until| until.elapsed() <= self.lag_max)
    }

    /// Whether a list may be read for somebody here. Without a reader (a job, a command) the primary is asked: whoever acts
    /// on what he reads must see what is so now.
    pub(super) fn serves(&self, reader: Option<UserId>) -> bool {
        let (Some(reader), Some(until)) = (reader, self.has_until()) else { return false };
        let written = self.written();
        written.get(&reader).is_none_or(|at| *at < until)
    }

    /// Somebody has written, or may have.
    pub(super) fn written_note(&self, writer: UserId) {
        let mut written = self.written();
        if written.len() >= READERS_KEPT {
            // The replica serves nobody unless it has everything from before.
            written.retain(|_, at| at.elapsed() <= self.lag_max);
        }
        written.insert(writer, Instant::now());
    }

    fn written(&self) -> std::sync::MutexGuard<'_, HashMap<UserId, Instant>> {
        self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Reads a list here. `None` when that fails for any reason: then the primary is asked, whose answer counts.
    pub(super) async fn list(&self, inner: &Inner, unit: &mut dyn Unit) -> Option<Answer> {
        let failed = match self.pools.checkout(Door::List).await {
            Ok(conn) => match inner.attempt((&self.pools, &self.watch), Door::List, conn, unit).await {
                Attempt::Done(answer) => {
                    self.lists.fetch_add(1, Ordering::Relaxed);
                    return Some(answer);
                }
                Attempt::Failed(error) | Attempt::CommitFailed(error) => error,
            },
            Err(error) => error,
        };
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
        if matches!(failed, DbError::Unavailable(_)) {
            // Until it is seen to be well again.
            self.has_until_set(None);
        }
        tracing::debug!(error.message = %failed, "a list is read from the primary server instead of the replica");
        None
    }

    pub(super) fn status(&self) -> ReplicaStatus {
        let until = *self.has_until.borrow();
        let behind = until.map(|until| u64::try_from(until.elapsed().as_millis()).unwrap_or(u64::MAX));
        ReplicaStatus {
            pool: self.pools.status().counted(self.counters.now()),
            is_serving: self.has_until().is_some(),
            behind_milliseconds: behind,
            lists_total: self.lists.load(Ordering::Relaxed),
            fallbacks_total: self.fallbacks.load(Ordering::Relaxed),
        }
    }

    /// Tells when something new is known of it.
    pub(super) fn news(&self) -> Receiver<Option<Instant>> {
        self.has_until.subscribe()
    }

    pub(super) fn close(&self) {
        self.pools.close();
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;

    use super::*;

    fn replica() -> Replica {
        let mut config = DbConfig::new("postgres://localhost/books");
        config.replica_url = Some("postgres://localhost/copy".to_owned());
        Replica::of(&config).unwrap().unwrap()
    }

    #[test]
    fn it_serves_whoever_wrote_nothing_that_it_may_lack() {
        let mut ids = IdFactory::new("2025-03-01T00:00:00Z".parse().unwrap(), 1);
        let (writer, other): (UserId, UserId) = (ids.make(), ids.make());
        let replica = replica();
        assert!(!replica.serves(Some(other)), "nothing is known of it");
        let before = Instant::now();
        replica.has_until_set(Some(before));
        assert!(replica.serves(Some(writer)) && !replica.serves(None));
        replica.written_note(writer);
        assert!(!replica.serves(Some(writer)) && replica.serves(Some(other)));
        replica.has_until_set(Some(Instant::now()));
        assert!(replica.serves(Some(writer)), "it has what he wrote");
    }

    #[test]
    fn it_serves_nobody_when_it_is_too_far_behind() {
        let reader = IdFactory::new("2025-03-01T00:00:00Z".parse().unwrap(), 1).make::<UserId>();
        let replica = replica();
        let Some(long_ago) = Instant::now().checked_sub(replica.lag_max + Duration::from_secs(1)) else { return };
        replica.has_until_set(Some(long_ago));
        assert!(!replica.serves(Some(reader)) && !replica.status().is_serving);
        assert!(replica.status().behind_milliseconds.is_some_and(|behind| behind > 5_000));
    }
}

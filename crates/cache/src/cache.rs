//! The cache of one kind.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use moka::policy::EvictionPolicy;
use tracing::Instrument as _;

use crate::caches::Shared;
use crate::counters::KindCounters;
use crate::flights::{Flights, Role};
use crate::generations::Stamp;
use crate::{CacheKey, KindStats, Ticket, Trust};

/// What is known of a key: the value, or that there is none.
pub type Known<V> = Option<Arc<V>>;

/// What a lookup found.
pub enum Lookup<K: CacheKey> {
    /// The value, or that there is none.
    Known(Known<K::Value>),
    /// Nothing. Read the database, then give the ticket to [`Cache::put`].
    Unknown(Ticket<K>),
}

/// The values of one kind. Clones share them.
pub struct Cache<K: CacheKey>(Arc<Kind<K>>);

/// What is kept in this process.
type Entries<K> = moka::sync::Cache<K, Arc<Entry<<K as CacheKey>::Value>>, RandomState>;

/// What the clones share.
pub(crate) struct Kind<K: CacheKey> {
    pub(crate) shared: Arc<Shared>,
    entries: Option<Entries<K>>,
    flights: Flights<K>,
    pub(crate) counters: KindCounters,
}

/// A value in this process.
struct Entry<V> {
    value: Known<V>,
    stamp: Stamp,
    ttl: Duration,
}

impl<K: CacheKey> Cache<K> {
    pub(crate) fn new(shared: Arc<Shared>, entries_max: u64) -> Self {
        let entries = shared.mode.has_process().then(|| {
            moka::sync::Cache::builder()
                .name(K::KIND)
                .max_capacity(entries_max)
                .eviction_policy(EvictionPolicy::tiny_lfu())
                .expire_after(ByEntryTtl)
                // Keys are ids that the server gave, so nobody can choose ones that collide.
                .build_with_hasher(RandomState::default())
        });
        Self(Arc::new(Kind { shared, entries, flights: Flights::new(), counters: KindCounters::default() }))
    }

    pub(crate) fn kind(&self) -> &Arc<Kind<K>> {
        &self.0
    }

    /// What this process knows: no I/O, and no lock that is held for long. A miss here is not counted.
    pub fn peek(&self, key: &K) -> Option<Known<K::Value>> {
        let kind = &*self.0;
        let entry = kind.entries.as_ref()?.get(key)?;
        // The trust first: what is trusted again by now was invalidated before, if it had to be.
        if !kind.shared.freshness.trusts_process(K::TRUST, Instant::now()) {
            return None;
        }
        if !kind.shared.generations.is_current(&entry.stamp) {
            kind.counters.invalidated.add_one();
            return None;
        }
        kind.counters.memory_hits.add_one();
        if entry.value.is_none() {
            kind.counters.negative_hits.add_one();
        }
        Some(entry.value.clone())
    }

    /// What this process or Redis knows. Waits for Redis for at most 8 ms, and not at all while its breaker is open.
    pub async fn get(&self, key: &K) -> Option<Known<K::Value>> {
        if let Some(known) = self.peek(key) {
            return Some(known);
        }
        match Box::pin(self.beyond(key, false)).await {
            Lookup::Known(known) => Some(known),
            Lookup::Unknown(_) => None,
        }
    }

    /// Like `get`, and what a load needs when nothing is known: one round trip to Redis serves both.
    pub async fn lookup(&self, key: &K) -> Lookup<K> {
        match self.peek(key) {
            Some(known) => Lookup::Known(known),
            // Boxed: what waits for Redis is deep, and callers hold several of these at once.
            None => Box::pin(self.beyond(key, true)).await,
        }
    }

    /// What a load needs that is made without a lookup: to be called before the database is read.
    pub async fn load_begin(&self, key: &K) -> Ticket<K> {
        let mut ticket = self.ticket(key);
        Box::pin(self.redis_tokens(&mut ticket)).await;
        ticket
    }

    /// Keeps what was read, `None` being "there is none", and returns it. It is not kept when anything that it depends on
    /// was invalidated since the ticket was made.
    pub fn put(&self, ticket: Ticket<K>, value: Option<K::Value>) -> Known<K::Value> {
        let kind = &*self.0;
        let value = value.map(Arc::new);
        if kind.shared.mode == crate::Mode::Off {
            return value;
        }
        if !kind.shared.generations.is_current(&ticket.stamp) {
            kind.counters.discarded.add_one();
            return value;
        }
        let ttl = value.as_ref().map_or(K::NEGATIVE_TTL, |value| ticket.key.ttl(value));
        if !ttl.is_zero() {
            self.redis_store(&ticket, value.as_deref(), ttl);
            self.keep_in_process(ticket, value.clone(), ttl);
        }
        value
    }

    /// What is known, or else what `load` reads. Of the callers that want one key at the same time, one loads and the
    /// others get its result, error included. The load runs in a task of its own: a caller that goes away ends nothing.
    /// A caller that comes after an invalidation never gets the result of a load that began before it.
    ///
    /// # Errors
    /// What `load` failed with. Failures are not kept.
    pub async fn get_or_load<E, F, L>(&self, key: &K, load: F) -> Result<Known<K::Value>, E>
    where
        E: Clone + Send + Sync + 'static,
        F: FnOnce() -> L + Send + 'static,
        L: Future<Output = Result<Option<K::Value>, E>> + Send + 'static,
    {
        let kind = &*self.0;
        if kind.shared.mode == crate::Mode::Off {
            kind.counters.misses.add_one();
            kind.counters.loads.add_one();
            return load().await.map(|value| value.map(Arc::new));
        }
        let lead = loop {
            if let Some(known) = self.peek(key) {
                return Ok(known);
            }
            match kind.flights.board(key, self.ticket(key).stamp, &kind.shared.generations) {
                Role::Lead(lead) => break lead,
                Role::Wait(mut landing) => {
                    kind.counters.load_waits.add_one();
                    // A load that panicked leaves nothing: whoever waited for it loads himself.
                    if let Some(result) = landing.result().await {
                        return result;
                    }
                }
            }
        };
        let (cache, key) = (self.clone(), key.clone());
        let flight = async move {
            let result = cache.lookup_or_load(&key, load).await;
            lead.land(&result);
            result
        };
        match kind.shared.spawn(flight.in_current_span()).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is shutting down; the workers have ended before it, and so has this caller.
                Err(_) => pin!(std::future::pending()).await,
            },
        }
    }

    /// Forgets a key, here at once and in Redis soon: a read in between may find it there and keep it again. Loads under way
    /// and other instances are not told. It frees room; to end what a change made wrong, invalidate its tag.
    pub fn remove(&self, key: &K) {
        if let Some(entries) = &self.0.entries {
            entries.invalidate(key);
        }
        self.redis_forget(key);
    }

    async fn lookup_or_load<E, F, L>(&self, key: &K, load: F) -> Result<Known<K::Value>, E>
    where
        F: FnOnce() -> L,
        L: Future<Output = Result<Option<K::Value>, E>>,
    {
        // The process too: another's load may have ended between this caller's look and its turn.
        match self.lookup(key).await {
            Lookup::Known(known) => Ok(known),
            Lookup::Unknown(ticket) => {
                self.0.counters.loads.add_one();
                load().await.map(|value| self.put(ticket, value))
            }
        }
    }

    pub(crate) fn ticket(&self, key: &K) -> Ticket<K> {
        let shared = &self.0.shared;
        // The trust is looked at first: a channel that is lost in between advances the generation of the stamp.
        let keep_in_process = self.0.entries.is_some() && shared.freshness.trusts_process(K::TRUST, Instant::now());
        let needs_pushes = K::TRUST == Trust::Pushed;
        let stamp = shared.generations.stamp(key.tags(), needs_pushes);
        Ticket { key: key.clone(), stamp, keep_in_process, tokens: None }
    }

    pub(crate) fn keep_in_process(&self, ticket: Ticket<K>, value: Known<K::Value>, ttl: Duration) {
        if let Some(entries) = &self.0.entries
            && ticket.keep_in_process
        {
            entries.insert(ticket.key, Arc::new(Entry { value, stamp: ticket.stamp, ttl }));
        }
    }
}

impl<K: CacheKey> Kind<K> {
    pub(crate) fn stats(&self) -> KindStats {
        self.counters.stats(K::KIND, self.entries.as_ref().map_or(0, moka::sync::Cache::entry_count))
    }
}

impl<K: CacheKey> Clone for Cache<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: CacheKey> fmt::Debug for Cache<K> {
    /// Counters only: keys and values may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.0.stats()).finish()
    }
}

impl<K: CacheKey> fmt::Debug for Lookup<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(Some(_)) => "Known(Some(..))",
            Self::Known(None) => "Known(None)",
            Self::Unknown(_) => "Unknown(..)",
        })
    }
}

/// Expires each entry by its own time to live, counted from the last write.
struct ByEntryTtl;

impl<K, V> moka::Expiry<K, Arc<Entry<V>>> for ByEntryTtl {
    fn expire_after_create(&self, _key: &K, entry: &Arc<Entry<V>>, _created_at: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _key: &K,
        entry: &Arc<Entry<V>>,
        _updated_at: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

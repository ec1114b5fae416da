//! What all caches of a program share.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::cache::Kind;
use crate::counters::Counter;
use crate::freshness::Freshness;
use crate::generations::Generations;
use crate::redis::Link;
use crate::{
    Cache, CacheKey, CacheSetupError, CachesSettings, CachesStats, KindStats, Meter, Mode, Quota, RedisState,
    RedisStats, Tag,
};

/// The caches of a program: one per program, made once. Clones are the same caches.
#[derive(Clone)]
pub struct Caches(Arc<Shared>);

/// What the caches of all kinds share.
pub(crate) struct Shared {
    pub mode: Mode,
    pub generations: Generations,
    pub freshness: Freshness,
    pub link: Option<Arc<Link>>,
    /// The runtime that lives as long as the program, once [`Caches::start`] was called in it.
    runtime: OnceLock<Handle>,
    kinds: Mutex<Vec<Weak<dyn Reports>>>,
    invalidations: Counter,
    invalidations_of_all: Counter,
}

impl Shared {
    fn new(mode: Mode, alone: bool, link: Option<Arc<Link>>) -> Self {
        Self {
            mode,
            link,
            runtime: OnceLock::new(),
            generations: Generations::new(),
            freshness: Freshness::new(alone),
            kinds: Mutex::default(),
            invalidations: Counter::default(),
            invalidations_of_all: Counter::default(),
        }
    }

    /// See [`Caches::spawn`].
    pub(crate) fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        match self.runtime.get() {
            Some(runtime) => runtime.spawn(task),
            None => tokio::spawn(task),
        }
    }

    /// A heartbeat of this instance came back.
    pub(crate) fn push_heard(&self, sent_ms: u64) {
        // What was kept before a silence may have missed a push; it ends before the channel counts as healthy again.
        if !self.freshness.push_healthy(Instant::now()) {
            self.generations.advance_pushed();
        }
        self.freshness.push_heard(sent_ms);
    }

    fn invalidate_all(&self, tell: bool) {
        self.invalidations_of_all.add_one();
        if let Some(link) = &self.link {
            link.invalidate_all(tell);
        }
        self.generations.advance_all();
    }

    fn invalidate(&self, tags: &[Tag], tell: bool) {
        self.invalidations.add(tags.len());
        // First to the outbox: see there.
        if let Some(link) = &self.link {
            link.invalidate(tags, tell);
        }
        for tag in tags {
            self.generations.advance(tag.slot());
        }
    }
}

/// A kind, whatever its key.
trait Reports: Send + Sync {
    fn stats(&self) -> KindStats;
}

impl<K: CacheKey> Reports for Kind<K> {
    fn stats(&self) -> KindStats {
        Self::stats(self)
    }
}

impl Caches {
    /// Caches that work at once; with Redis they use it after [`start`](Self::start).
    ///
    /// # Errors
    /// [`CacheSetupError`] when the settings contradict themselves. That Redis cannot be reached is none.
    pub fn new(settings: CachesSettings) -> Result<Self, CacheSetupError> {
        let link = if settings.mode.has_redis() {
            let redis = settings.redis.as_ref().ok_or(CacheSetupError::RedisMissing(settings.mode))?;
            Some(Arc::new(Link::new(redis)?))
        } else {
            None
        };
        Ok(Self(Arc::new(Shared::new(settings.mode, settings.alone, link))))
    }

    /// Caches that keep nothing.
    #[must_use]
    pub fn off() -> Self {
        Self(Arc::new(Shared::new(Mode::Off, false, None)))
    }

    /// The levels there are.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.0.mode
    }

    /// The cache of a kind, with at most `entries_max` entries in this process. To be called once per kind; clone what it
    /// returns.
    #[must_use]
    pub fn cache<K: CacheKey>(&self, entries_max: u64) -> Cache<K> {
        let cache = Cache::new(Arc::clone(&self.0), entries_max);
        let reports: Arc<dyn Reports> = cache.kind().clone();
        self.0.kinds.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&reports));
        cache
    }

    /// Counts a quota for each key, for at most `keys_max` keys in this process; with Redis all instances count together. To
    /// be called once per quota; clone what it returns.
    #[must_use]
    pub fn meter(&self, quota: Quota, keys_max: usize) -> Meter {
        Meter::new(quota, keys_max, self.0.link.clone())
    }

    /// Ends every copy that carries one of the tags: in this process before it returns, everywhere else soon. To be called
    /// after the commit of a change, before its answer. Never fails and never waits.
    pub fn invalidate(&self, tags: &[Tag]) {
        self.0.invalidate(tags, true);
    }

    /// Ends every copy of every kind, everywhere.
    pub fn invalidate_all(&self) {
        self.0.invalidate_all(true);
    }

    /// Like `invalidate`, but no other instance is told: for what the change feed reported, which they all read.
    pub fn invalidate_local(&self, tags: &[Tag]) {
        self.0.invalidate(tags, false);
    }

    /// The change feed was read: all that was committed before `at`, and was made elsewhere, has been given to
    /// `invalidate_local`. `at` is the moment before the poll's statement was sent.
    pub fn feed_heard(&self, at: Instant) {
        self.0.freshness.feed_heard(at);
    }

    /// The change feed lost its place: what it keeps fresh is not served until it is heard again, and then read anew. Everything
    /// ends here and in Redis, for nobody knows what was missed.
    pub fn feed_lost(&self) {
        self.0.freshness.feed_lost();
        self.0.invalidate_all(false);
    }

    /// Begins the work with Redis in the background; returns at once, whether Redis is there or not. To be called once,
    /// inside a Tokio runtime that lives as long as the program: loads run there from now on. The first thing sent ends every
    /// value in Redis: an earlier run may have been killed before it could tell of a change.
    pub fn start(&self) {
        // A second call would find the same runtime.
        let _ = self.0.runtime.set(Handle::current());
        if let Some(link) = &self.0.link {
            link.start(&self.0);
        }
    }

    /// Begins a task that goes on when its caller goes away, in no span unless it brings one. It runs where [`start`](Self::start) was
    /// called, and before that in the caller's runtime. A thread that serves requests has hundreds of them in turn, and a task
    /// there waits for a turn after each answer of the database.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.0.spawn(task)
    }

    /// Waits until Redis knows every invalidation made so far, for `limit` at most; whether it does. True at once without
    /// Redis. Needed only by programs that end soon, for `invalidate` itself never waits.
    pub async fn invalidations_arrive(&self, limit: Duration) -> bool {
        match &self.0.link {
            Some(link) => link.invalidations_arrive(limit).await,
            None => true,
        }
    }

    /// Whether Redis can be used now: cheaper than `stats`.
    #[must_use]
    pub fn redis_state(&self) -> RedisState {
        self.0.link.as_ref().map_or(RedisState::NotConfigured, |link| link.state())
    }

    /// Sends what is still to be sent, for a second at most, and ends the background.
    pub async fn close(&self) {
        if let Some(link) = &self.0.link {
            link.close().await;
        }
    }

    /// How they have served so far.
    #[must_use]
    pub fn stats(&self) -> CachesStats {
        let kinds = self.0.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let link = self.0.link.as_ref();
        CachesStats {
            mode: self.0.mode,
            feed_fresh: self.0.freshness.feed_fresh(Instant::now()),
            invalidations: self.0.invalidations.get(),
            invalidations_of_all: self.0.invalidations_of_all.get(),
            redis: link.map_or_else(RedisStats::not_configured, |link| link.stats(&self.0.freshness)),
            kinds: kinds.iter().filter_map(Weak::upgrade).map(|kind| kind.stats()).collect(),
        }
    }
}

impl fmt::Debug for Caches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Caches").field(&self.0.mode).finish()
    }
}

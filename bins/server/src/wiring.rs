//! Puts the parts together: configuration → database → stores → sign-in → use-cases → what HTTP works with.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use ofektom_app::{App, Outside, secrets_cached, stores_cached};
use ofektom_auth::{AuditSealKey, DerivedRing, HashConfig, OsRandomness, SignIn, SignInParts};
use ofektom_cache::{Caches, LocalCache};
use ofektom_domain::ports::{Clock, Messenger};
use ofektom_domain::seal::SealKey;
use ofektom_http::{Drain, HttpState, Limits, TraceLink, TrustedProxies};
use ofektom_persistence::{Changes, Contributions, Db, Seals, Secrets, WriterConfig};

use crate::books::BooksWatch;
use crate::caches::caches_of;
use crate::config::{Config, Delivery, RedisConfig};
use crate::feed::Feed;
use crate::outside::{Outbox, SystemClock};
use crate::probe::Probe;
use crate::sealing::Sealing;
use crate::secret_key::key_ring_load;
use crate::stores::stores;

/// Addresses whose failed sign-ins are remembered.
const ADDRESSES_MAX: u64 = 100_000;

/// The parts of a running system.
#[derive(Clone)]
pub struct System {
    /// The use-cases.
    pub app: App,
    /// The database.
    pub db: Db,
    /// Copies of what is read often.
    pub caches: Caches,
    pub(crate) feed: Arc<Feed>,
    redis: RedisConfig,
    limits: Limits,
    proxies: TrustedProxies,
    contributions: Contributions,
    pub(crate) sealing: Arc<Sealing>,
    pub(crate) books: Arc<BooksWatch>,
    link: Option<Arc<dyn TraceLink>>,
    /// Says that the server is about to stop.
    pub(crate) drain: Drain,
}

/// What is different from one program to the next: time and delivery.
#[derive(Clone)]
pub struct Injected {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Delivers messages.
    pub messenger: Arc<dyn Messenger>,
}

impl std::fmt::Debug for Injected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Injected").finish_non_exhaustive()
    }
}

impl Injected {
    /// The machine's clock, and the outbox in the data folder.
    #[must_use]
    pub fn default_of(config: &Config) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let outbox = Outbox::new(&config.data_folder, Arc::clone(&clock));
        let messenger = Arc::new(match config.messages.delivery {
            Delivery::Log => outbox.announced(),
            Delivery::Outbox => outbox,
        });
        Self { clock, messenger }
    }
}

impl std::fmt::Debug for System {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("System").field("db", &self.db).finish_non_exhaustive()
    }
}

impl System {
    /// Puts a system together on an open database that has its schema, with the caches as they are configured. Call it on the
    /// runtime that lives as long as the process.
    ///
    /// # Errors
    /// When the secret key cannot be had, the settings of Redis are no address, or the hashing threads cannot be started.
    pub fn start(config: &Config, db: Db, injected: Injected) -> Result<Self> {
        Self::start_with(config, caches_of(config)?, db, injected, WriterConfig::default())
    }

    /// The same for a command that ends soon: without copies of anything. Servers learn of what it changes by the feed of
    /// changes.
    ///
    /// # Errors
    /// As [`System::start`].
    pub fn start_uncached(config: &Config, db: Db, injected: Injected) -> Result<Self> {
        Self::start_uncached_with(config, db, injected, WriterConfig::default())
    }

    /// The same with another writer of contributions.
    pub(crate) fn start_uncached_with(
        config: &Config,
        db: Db,
        injected: Injected,
        writer: WriterConfig,
    ) -> Result<Self> {
        Self::start_with(config, Caches::off(), db, injected, writer)
    }

    fn start_with(config: &Config, caches: Caches, db: Db, injected: Injected, writer: WriterConfig) -> Result<Self> {
        let Injected { clock, messenger } = injected;
        let contributions = Contributions::new(db.clone(), writer);
        let keys = key_ring_load(config)?;
        let seals = seals_of(&db, &keys.derive());
        let stores = stores_cached(stores(&db, &contributions, seals), &caches);
        let randomness = Arc::new(OsRandomness);
        let parts = SignInParts {
            people: Arc::clone(&stores.people),
            sessions: Arc::clone(&stores.sessions),
            clock: Arc::clone(&clock),
            randomness: Arc::<OsRandomness>::clone(&randomness),
            secrets: secrets_cached(Arc::new(Secrets::new(db.clone())), &caches),
            address_attempts: LocalCache::new(ADDRESSES_MAX),
            address_limits: config.secrets.address_limits(),
            caches: caches.clone(),
        };
        let sign_in = SignIn::start(parts, &keys, HashConfig::default());
        let sign_in = Arc::new(sign_in.context("sign-in cannot be started")?);
        let app = App::new(stores, sign_in, Outside { clock, randomness, messenger }, &caches);
        let limits = Limits::new(&config.limits.in_effect(), &caches);
        caches.start();
        let feed = Arc::new(Feed::start(Changes::new(db.clone()), &caches));
        let (redis, proxies) = (config.redis.clone(), config.proxies.trusted.clone());
        Ok(Self {
            app,
            db,
            caches,
            feed,
            redis,
            limits,
            proxies,
            contributions,
            sealing: Arc::default(),
            books: Arc::default(),
            link: None,
            drain: Drain::default(),
        })
    }

    /// The same with somebody who follows requests beyond this program.
    #[must_use]
    pub fn linked(self, link: Option<Arc<dyn TraceLink>>) -> Self {
        Self { link, ..self }
    }

    /// Statements that reading the feed of changes sent, and no request.
    #[must_use]
    pub fn feed_statements(&self) -> u64 {
        self.feed.status().map_or(0, |status| status.statements)
    }

    /// What HTTP works with.
    #[must_use]
    pub fn http_state(&self) -> HttpState {
        let probe = Arc::new(Probe::new(self, self.contributions.clone(), &self.redis));
        HttpState::new(self.app.clone(), probe, self.limits.clone(), self.proxies.clone())
            .linked(self.link.clone())
            .with_drain(self.drain.clone())
    }

    /// Lets what is under way finish, and closes the database.
    pub async fn close(&self) {
        self.app.deliveries_finish().await;
        self.contributions.close().await;
        self.feed.stop();
        self.caches.close().await;
        self.db.close().await;
    }
}

/// The seals of the audit trail, with all keys that seal.
fn seals_of(db: &Db, ring: &DerivedRing) -> Seals {
    let all = |keys: Vec<AuditSealKey>| {
        let shared = |key: AuditSealKey| -> Arc<dyn SealKey> { Arc::new(key) };
        keys.into_iter().map(shared).collect()
    };
    let (present, previous, next) = ring.audit_seal_keys();
    Seals::new(db.clone(), Arc::new(present)).with_others(all(previous), all(next))
}

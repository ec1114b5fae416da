//! The connections to Redis, and what is shared by those who use them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fred::clients::{Client, Pool};
use fred::interfaces::ClientLike;
use fred::types::config::{
    ClusterDiscoveryPolicy, Config, ConnectionConfig, PerformanceConfig, ReconnectPolicy, ServerConfig, TcpConfig,
};
use fred::types::{Builder, RespVersion};
use secrecy::ExposeSecret;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::breaker::Breaker;
use super::outbox::Outbox;
use super::quotas::Meters;
use super::stores::{STORES_MAX, Store};
use super::token::Token;
use crate::counters::Counter;
use crate::freshness::Freshness;
use crate::{CacheSetupError, RedisSettings, RedisState, RedisStats, Tag};

/// How long making a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// A connection on which nothing came in time for so long is given up and made anew. fred's own watch over this begins
/// again with every command that is sent, so that it never ends while somebody asks.
const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// After so long fred gives up a command that we gave up long before.
const COMMAND_LIMIT: Duration = Duration::from_secs(5);

/// Between two attempts to connect.
const RECONNECT_MS: u32 = 250;

/// Messages that may wait for the one who hears the pushes.
const MESSAGES_MAX: usize = 1_024;

/// Everything about Redis that one program has.
pub(crate) struct Link {
    pub(super) pool: Pool,
    pub(super) subscriber: Client,
    pub(super) breaker: Breaker,
    pub(super) outbox: Outbox,
    pub(super) stores: mpsc::Sender<Store>,
    pub(crate) meters: Meters,
    pub(super) counters: LinkCounters,
    /// The name of this instance in pushes.
    pub(super) instance: String,
    /// The keys lie on several nodes, which do not wait for each other.
    pub(super) is_cluster: bool,
    closing: watch::Sender<bool>,
    /// Of each client of the pool: since when nothing came in time.
    silences: Vec<Mutex<Option<Instant>>>,
    next: AtomicUsize,
    stores_waiting: Mutex<Option<mpsc::Receiver<Store>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// See [`RedisStats`].
#[derive(Debug, Default)]
pub(super) struct LinkCounters {
    pub commands: Counter,
    pub background_commands: Counter,
    pub skipped: Counter,
    pub errors: Counter,
    pub timeouts: Counter,
    pub stores_dropped: Counter,
    pub push_sessions: Counter,
    pub pushes_heard: Counter,
}

impl Link {
    /// A link that does nothing yet.
    pub(crate) fn new(settings: &RedisSettings) -> Result<Self, CacheSetupError> {
        if !(1..=RedisSettings::CONNECTIONS_MAX).contains(&settings.connections) {
            return Err(CacheSetupError::RedisConnections(settings.connections));
        }
        let (builder, is_cluster) = builder(settings)?;
        let instance = Token::random().map_err(|_| CacheSetupError::Random)?;
        let (stores, stores_waiting) = mpsc::channel(STORES_MAX);
        let link = Self {
            pool: builder.build_pool(settings.connections).map_err(|_| CacheSetupError::RedisUrl)?,
            subscriber: builder.build().map_err(|_| CacheSetupError::RedisUrl)?,
            breaker: Breaker::new(),
            outbox: Outbox::new(),
            stores,
            meters: Meters::default(),
            counters: LinkCounters::default(),
            instance: format!("{:032x}", u128::from_le_bytes(instance.into_bytes())),
            is_cluster,
            closing: watch::Sender::new(false),
            silences: (0..settings.connections).map(|_| Mutex::default()).collect(),
            next: AtomicUsize::new(0),
            stores_waiting: Mutex::new(Some(stores_waiting)),
            tasks: Mutex::default(),
        };
        // What an earlier run of this program changed, and was killed before it could tell, must not be served.
        link.outbox.add_all(false);
        Ok(link)
    }

    /// Brings invalidations to Redis, and to the other instances if `tell`, in the background.
    pub(crate) fn invalidate(&self, tags: &[Tag], tell: bool) {
        self.outbox.add(tags.iter().copied(), tell);
    }

    pub(crate) fn invalidate_all(&self, tell: bool) {
        self.outbox.add_all(tell);
    }

    /// Whether values in these slots can be read from Redis now: it answers in time, and knows all that this instance has
    /// invalidated of them. A no is counted.
    pub(crate) fn serves(&self, slots: impl Iterator<Item = u16>) -> bool {
        let serves = self.breaker.is_closed() && !self.outbox.holds(slots);
        if !serves {
            self.counters.skipped.add_one();
        }
        serves
    }

    /// Whether requests may ask Redis now, whatever it knows.
    pub(crate) fn is_used(&self) -> bool {
        self.breaker.is_closed()
    }

    /// The clients that are connected, with their numbers.
    pub(super) fn connected(&self) -> impl Iterator<Item = (usize, &Client)> {
        self.pool.clients().iter().enumerate().filter(|(_, client)| client.is_connected())
    }

    /// Whether some client is connected.
    pub(super) fn is_connected(&self) -> bool {
        self.connected().next().is_some()
    }

    /// A connected client with its number, each in its turn; `None` when there is none.
    pub(super) fn client(&self) -> Option<(usize, &Client)> {
        let clients = self.pool.clients();
        let first = self.next.fetch_add(1, Ordering::Relaxed) % clients.len();
        let mut in_turn = clients.iter().enumerate().cycle().skip(first).take(clients.len());
        in_turn.find(|(_, client)| client.is_connected())
    }

    /// A client answered in time. In a cluster that says nothing of the other nodes, so only a probe counts there.
    pub(super) fn answered(&self, number: usize) {
        if !self.is_cluster {
            self.all_answered(number);
        }
    }

    /// All nodes answered a client in time.
    pub(super) fn all_answered(&self, number: usize) {
        if let Some(silence) = self.silences.get(number) {
            *lock(silence) = None;
        }
    }

    /// Nothing came from a client in time. If that goes on, its connection has died without a word.
    pub(super) fn silent(&self, number: usize, now: Instant) {
        let (Some(silence), Some(client)) = (self.silences.get(number), self.pool.clients().get(number)) else {
            return;
        };
        let mut since = lock(silence);
        if now.saturating_duration_since(*since.get_or_insert(now)) >= SILENCE_LIMIT {
            *since = None;
            connect_anew(client);
        }
    }

    /// Tells when the link closes.
    pub(super) fn closing(&self) -> Closing {
        Closing(self.closing.subscribe())
    }

    /// Tells every task to end, and returns them.
    pub(super) fn tasks_end(&self) -> Vec<JoinHandle<()>> {
        self.closing.send_replace(true);
        std::mem::take(&mut *lock(&self.tasks))
    }

    /// The values to store; for the first caller only.
    pub(super) fn stores_waiting(&self) -> Option<mpsc::Receiver<Store>> {
        lock(&self.stores_waiting).take()
    }

    /// Keeps tasks to be ended by `close`.
    pub(super) fn keep(&self, tasks: impl IntoIterator<Item = JoinHandle<()>>) {
        lock(&self.tasks).extend(tasks);
    }

    pub(crate) fn state(&self) -> RedisState {
        if self.breaker.is_closed() { RedisState::Healthy } else { RedisState::Degraded }
    }

    pub(crate) fn stats(&self, freshness: &Freshness) -> RedisStats {
        let counters = &self.counters;
        RedisStats {
            state: self.state(),
            commands: counters.commands.get(),
            background_commands: counters.background_commands.get(),
            skipped: counters.skipped.get(),
            errors: counters.errors.get(),
            timeouts: counters.timeouts.get(),
            breaker_opened: self.breaker.opened(),
            stores_dropped: counters.stores_dropped.get(),
            invalidations_waiting: !self.outbox.is_settled(),
            push_healthy: freshness.push_healthy(Instant::now()),
            push_reconnects: counters.push_sessions.get().saturating_sub(1),
            pushes_heard: counters.pushes_heard.get(),
        }
    }
}

/// Waits for the end of a link.
pub(super) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Ends when the link closes.
    pub(super) async fn came(&mut self) {
        // The sender lives in the link, which whoever waits holds; were it gone, that would be an end too.
        let _ = self.0.wait_for(|closing| *closing).await.is_ok();
    }
}

/// Gives up a connection and makes another, in the background.
pub(super) fn connect_anew(client: &Client) {
    let client = client.clone();
    tokio::spawn(async move {
        tracing::debug!("a connection to Redis is silent and is made anew");
        // Whether it comes about is seen by whether the client is connected.
        let _ = timeout(COMMAND_LIMIT, client.force_reconnection()).await;
    });
}

/// What the locks here hold is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn builder(settings: &RedisSettings) -> Result<(Builder, bool), CacheSetupError> {
    let url = settings.url.expose_secret();
    if !["redis://", "redis-sentinel://", "redis-cluster://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(CacheSetupError::RedisUrl);
    }
    let mut config = Config::from_url(url).map_err(|_| CacheSetupError::RedisUrl)?;
    config.version = RespVersion::RESP3;
    // A Redis that is not there at start is waited for, like one that is lost later.
    config.fail_fast = false;
    let is_cluster = config.server.is_clustered();
    if let ServerConfig::Clustered { policy, .. } = &mut config.server {
        // Those that are named may be the ones that are lost.
        *policy = ClusterDiscoveryPolicy::UseCache;
    }
    let mut builder = Builder::from_config(config);
    builder.set_policy(ReconnectPolicy::new_constant(0, RECONNECT_MS));
    builder.set_connection_config(ConnectionConfig {
        connection_timeout: CONNECT_LIMIT,
        internal_command_timeout: CONNECT_LIMIT,
        // What was under way when a connection broke is not sent again: the caller has gone on without it.
        max_command_attempts: 1,
        reconnect_on_auth_error: true,
        tcp: TcpConfig { nodelay: Some(true), ..TcpConfig::default() },
        ..ConnectionConfig::default()
    });
    builder.set_performance_config(PerformanceConfig {
        default_command_timeout: COMMAND_LIMIT,
        broadcast_channel_capacity: MESSAGES_MAX,
        ..PerformanceConfig::default()
    });
    Ok((builder, is_cluster))
}

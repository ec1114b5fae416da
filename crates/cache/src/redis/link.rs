//! The connections to Redis, and what is shared by those who use them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fred::clients::{Client, Pool};
use fred::interfaces::ClientLike;
use fred::types::config::{
    Config, ConnectionConfig, PerformanceConfig, ReconnectPolicy, TcpConfig, UnresponsiveConfig,
};
use fred::types::{Builder, RespVersion};
use secrecy::ExposeSecret;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::breaker::Breaker;
use super::outbox::Outbox;
use super::stores::{STORES_MAX, Store};
use super::token::Token;
use crate::counters::Counter;
use crate::freshness::Freshness;
use crate::{CacheSetupError, RedisSettings, RedisState, RedisStats, Tag};

/// How long making a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// A connection that owes an answer for so long is given up and made anew.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

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
    pub(super) counters: LinkCounters,
    /// The name of this instance in pushes.
    pub(super) instance: String,
    closing: watch::Sender<bool>,
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
        let builder = builder(settings)?;
        let instance = Token::random().map_err(|_| CacheSetupError::Random)?;
        let (stores, stores_waiting) = mpsc::channel(STORES_MAX);
        let link = Self {
            pool: builder.build_pool(settings.connections).map_err(|_| CacheSetupError::RedisUrl)?,
            subscriber: builder.build().map_err(|_| CacheSetupError::RedisUrl)?,
            breaker: Breaker::new(),
            outbox: Outbox::new(),
            stores,
            counters: LinkCounters::default(),
            instance: format!("{:032x}", u128::from_le_bytes(instance.into_bytes())),
            closing: watch::Sender::new(false),
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

    pub(crate) fn invalidate_all(&self) {
        self.outbox.add_all(true);
    }

    /// Whether values in these slots can be read from Redis: all invalidations of this instance have arrived there.
    pub(crate) fn knows(&self, slots: impl Iterator<Item = u16>) -> bool {
        !self.outbox.holds(slots)
    }

    /// A connected client; `None` when there is none.
    pub(super) fn client(&self) -> Option<&Client> {
        let client = self.pool.next_connected();
        client.is_connected().then_some(client)
    }

    /// Tells when the link closes.
    pub(super) fn closing(&self) -> Closing {
        Closing(self.closing.subscribe())
    }

    /// Tells every task to end, and returns them.
    pub(super) fn tasks_end(&self) -> Vec<JoinHandle<()>> {
        self.closing.send_replace(true);
        std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The values to store; for the first caller only.
    pub(super) fn stores_waiting(&self) -> Option<mpsc::Receiver<Store>> {
        self.stores_waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps tasks to be ended by `close`.
    pub(super) fn keep(&self, tasks: impl IntoIterator<Item = JoinHandle<()>>) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).extend(tasks);
    }

    pub(crate) fn stats(&self, freshness: &Freshness) -> RedisStats {
        let counters = &self.counters;
        RedisStats {
            state: if self.breaker.is_closed() { RedisState::Healthy } else { RedisState::Degraded },
            commands: counters.commands.get(),
            background_commands: counters.background_commands.get(),
            skipped: counters.skipped.get(),
            errors: counters.errors.get(),
            timeouts: counters.timeouts.get(),
            breaker_opened: self.breaker.opened(),
            stores_dropped: counters.stores_dropped.get(),
            invalidations_waiting: !self.outbox.is_settled(),
            push_healthy: freshness.push_healthy(std::time::Instant::now()),
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

fn builder(settings: &RedisSettings) -> Result<Builder, CacheSetupError> {
    let url = settings.url.expose_secret();
    if !url.starts_with("redis://") {
        return Err(CacheSetupError::RedisUrl);
    }
    let mut config = Config::from_url_centralized(url).map_err(|_| CacheSetupError::RedisUrl)?;
    config.version = RespVersion::RESP3;
    // A Redis that is not there at start is waited for, like one that is lost later.
    config.fail_fast = false;
    let mut builder = Builder::from_config(config);
    builder.set_policy(ReconnectPolicy::new_constant(0, RECONNECT_MS));
    builder.set_connection_config(ConnectionConfig {
        connection_timeout: CONNECT_LIMIT,
        internal_command_timeout: CONNECT_LIMIT,
        // What was under way when a connection broke is not sent again: the caller has gone on without it.
        max_command_attempts: 1,
        unresponsive: UnresponsiveConfig { max_timeout: Some(ANSWER_LIMIT), interval: CONNECT_LIMIT },
        reconnect_on_auth_error: true,
        tcp: TcpConfig { nodelay: Some(true), ..TcpConfig::default() },
        ..ConnectionConfig::default()
    });
    builder.set_performance_config(PerformanceConfig {
        default_command_timeout: ANSWER_LIMIT,
        broadcast_channel_capacity: MESSAGES_MAX,
        ..PerformanceConfig::default()
    });
    Ok(builder)
}

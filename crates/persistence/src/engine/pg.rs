//! Makes and revives PostgreSQL connections for the pool.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use diesel::connection::{CacheSize, InstrumentationEvent};
use diesel_async::pooled_connection::PoolableConnection as _;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Connection, NoTls, Socket};

use super::config::DbConfig;
use super::counters::Counters;
use super::error::DbError;
use super::pool::Door;

/// Begins a write.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Makes connections as [`DbConfig`] asks.
pub(crate) struct PgManager {
    target: tokio_postgres::Config,
    /// Past the pooler; the same as the target where there is none.
    direct: tokio_postgres::Config,
    set_up: SetUp,
    ping_after: Duration,
    age_max: Duration,
    /// When the server was last seen not to answer. The idle connections from before may all be as dead, and asking each would cost a
    /// time-out each, so none of them is used again: a new one tells at once how the server is.
    doubted_at: Mutex<Option<Instant>>,
    counters: Arc<Counters>,
}

/// How connections get their time-outs and the like.
enum SetUp {
    /// Once: a connection stays what it is.
    Session { limits: String, planner: String },
    /// With each transaction, for the next one is on another connection of the pooler. What the planner is told is set for the role.
    Transaction { write: String, read: String },
}

impl PgManager {
    /// # Errors
    /// [`DbError::Url`] when the URL cannot be read.
    pub(super) fn new(url: &str, config: &DbConfig, counters: Arc<Counters>) -> Result<Self, DbError> {
        let target = target(url, config)?;
        let direct =
            config.direct_url.as_deref().map_or_else(|| Ok(target.clone()), |url| self::target(url, config))?;
        let set_up = if config.pooled {
            let limits = limits(config, "SET LOCAL");
            SetUp::Transaction {
                write: format!("{BEGIN_WRITE}; {limits}"),
                read: format!("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {limits}"),
            }
        } else {
            SetUp::Session { limits: limits(config, "SET"), planner: planner(config) }
        };
        Ok(Self {
            target,
            direct,
            set_up,
            ping_after: config.ping_after,
            age_max: config.connection_age_max,
            doubted_at: Mutex::new(None),
            counters,
        })
    }

    /// The server did not answer on a connection in time.
    pub(super) fn doubt(&self) {
        *self.doubted_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether the server was silent since `created`.
    fn is_doubted(&self, created: Instant) -> bool {
        self.doubted_at.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| created < at)
    }

    /// What begins a unit of work that goes through a door; `None` when it needs no transaction.
    ///
    /// Behind a pooler everything is in a transaction, since two statements outside one may reach two connections of the server:
    /// a statement is prepared on one and carried out on another, which does not know it.
    pub(super) fn begin(&self, door: Door) -> Option<&str> {
        match (&self.set_up, door) {
            (SetUp::Session { .. }, Door::Write) => Some(BEGIN_WRITE),
            (SetUp::Session { .. }, Door::Read | Door::List | Door::Aside) => None,
            (SetUp::Transaction { write, .. }, Door::Write) => Some(write),
            (SetUp::Transaction { read, .. }, Door::Read | Door::List | Door::Aside) => Some(read),
        }
    }

    /// Whether the server answers a new connection, be it that it has no room for one. A pooler may answer without a server.
    pub(super) async fn is_alive(&self) -> bool {
        answers(&self.direct).await && (matches!(self.set_up, SetUp::Session { .. }) || answers(&self.target).await)
    }

    /// The same as the driver has it, which can `COPY`. It closes when it is dropped.
    pub(super) async fn client_unlimited(&self, runtime: &Handle) -> Result<Client, DbError> {
        let (client, connection) = self.direct.connect(NoTls).await.map_err(|error| unconnected(&error))?;
        // What is wrong with the connection is told to whoever waits for its answers, too.
        runtime.spawn(connection.map(drop));
        Ok(client)
    }

    /// A connection to the server itself, outside the pool and without time limits on statements and locks: for migrations.
    pub(super) async fn connect_unlimited(&self) -> Result<AsyncPgConnection, DbError> {
        let (client, connection) = self.direct.connect(NoTls).await.map_err(|error| unconnected(&error))?;
        diesel_of(client, connection).await
    }

    /// A connection through the pooler. What diesel sets on a new connection it prepares first, so that has to be one transaction,
    /// too. The pooler remembers these settings for the connection.
    async fn connect_pooled(&self) -> Result<AsyncPgConnection, DbError> {
        let (client, mut connection) = self.target.connect(NoTls).await.map_err(|error| unconnected(&error))?;
        tokio::select! {
            begun = client.batch_execute("BEGIN") => begun.map_err(|error| unconnected(&error))?,
            ended = &mut connection => {
                let why = ended.err().map_or_else(|| "the connection was closed".to_owned(), |error| reason(&error));
                return Err(DbError::Unavailable(why));
            }
        }
        let mut conn = diesel_of(client, connection).await?;
        conn.batch_execute("COMMIT").await?;
        // A statement that is not kept is closed before its transaction ends, so that nobody else finds its name taken.
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        Ok(conn)
    }
}

async fn answers(target: &tokio_postgres::Config) -> bool {
    match target.connect(NoTls).await {
        Ok(_) => true,
        Err(error) => error.as_db_error().is_some(),
    }
}

async fn diesel_of(client: Client, connection: Connection<Socket, NoTlsStream>) -> Result<AsyncPgConnection, DbError> {
    AsyncPgConnection::try_from_client_and_connection(client, connection)
        .await
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

impl Manager for PgManager {
    type Type = AsyncPgConnection;
    type Error = DbError;

    async fn create(&self) -> Result<AsyncPgConnection, DbError> {
        let mut conn = match &self.set_up {
            SetUp::Session { limits, planner } => {
                let mut conn = self.connect_unlimited().await?;
                conn.batch_execute(limits).await?;
                if let Err(error) = conn.batch_execute(planner).await {
                    tracing::warn!(error.message = %error, "the planner settings of a database connection were refused");
                }
                conn
            }
            SetUp::Transaction { .. } => self.connect_pooled().await?,
        };
        let (counters, name) = (Arc::clone(&self.counters), self.target.get_dbname().unwrap_or_default().to_owned());
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| counters.event(&name, &event));
        Ok(conn)
    }

    async fn recycle(&self, conn: &mut AsyncPgConnection, metrics: &Metrics) -> RecycleResult<DbError> {
        if conn.is_broken() {
            self.counters.broken();
            return Err(RecycleError::message("the connection is broken"));
        }
        if self.is_doubted(metrics.created) {
            self.counters.broken();
            return Err(RecycleError::message("the server was silent"));
        }
        if metrics.age() > self.age_max {
            self.counters.retired();
            return Err(RecycleError::message("the connection has reached its age"));
        }
        if metrics.last_used() >= self.ping_after {
            let unanswered = Unanswered(self);
            let answered = conn.batch_execute("").await;
            std::mem::forget(unanswered);
            answered.map_err(|error| {
                self.counters.broken();
                DbError::from(error)
            })?;
        }
        Ok(())
    }
}

/// A ping that has no answer yet. It is dropped so when the pool gives up waiting: the connection counts as broken.
struct Unanswered<'a>(&'a PgManager);

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        self.0.counters.broken();
        self.0.doubt();
    }
}

fn target(url: &str, config: &DbConfig) -> Result<tokio_postgres::Config, DbError> {
    let mut target: tokio_postgres::Config =
        url.parse().map_err(|error: tokio_postgres::Error| DbError::Url(reason(&error)))?;
    target
        .application_name(&config.application_name)
        .connect_timeout(config.connect_timeout)
        .keepalives(true)
        .keepalives_idle(Duration::from_secs(30))
        .keepalives_interval(Duration::from_secs(10))
        .keepalives_retries(5)
        .tcp_user_timeout(Duration::from_secs(30));
    Ok(target)
}

fn limits(config: &DbConfig, set: &str) -> String {
    let commits = if config.loading { format!("; {set} synchronous_commit = off") } else { String::new() };
    format!(
        "{set} statement_timeout = {}; {set} lock_timeout = {}; {set} idle_in_transaction_session_timeout = {}{commits}",
        config.statement_timeout.as_millis(),
        config.lock_timeout.as_millis(),
        config.idle_in_transaction_timeout.as_millis()
    )
}

fn planner(config: &DbConfig) -> String {
    format!(
        "SET work_mem = {}; SET random_page_cost = {}; SET effective_cache_size = {}; \
         SET max_parallel_workers_per_gather = {}",
        literal(&config.work_mem),
        literal(&config.random_page_cost),
        literal(&config.effective_cache_size),
        config.max_parallel_workers_per_gather
    )
}

fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Why there is no connection. A server that knows neither user nor database will not know them later.
fn unconnected(error: &tokio_postgres::Error) -> DbError {
    let refusals =
        [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION, SqlState::INVALID_CATALOG_NAME];
    // The driver has no kind for a password that the server asks for and the URL lacks.
    let incomplete = error.to_string().starts_with("invalid configuration");
    let refused = incomplete || error.code().is_some_and(|code| refusals.contains(code));
    if refused { DbError::Refused(reason(error)) } else { DbError::Unavailable(reason(error)) }
}

/// The driver's message with the cause beneath it, which holds the useful part ("Connection refused").
pub(crate) fn reason(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

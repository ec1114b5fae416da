//! Makes and revives PostgreSQL connections for the pool.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use diesel::connection::InstrumentationEvent;
use diesel_async::pooled_connection::PoolableConnection as _;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use super::config::DbConfig;
use super::counters::Counters;
use super::error::DbError;

/// Makes connections as [`DbConfig`] asks.
pub(crate) struct PgManager {
    target: tokio_postgres::Config,
    limits: String,
    planner: String,
    ping_after: Duration,
    age_max: Duration,
    counters: Arc<Counters>,
}

impl PgManager {
    /// # Errors
    /// [`DbError::Url`] when the URL cannot be read.
    pub(super) fn new(url: &str, config: &DbConfig, counters: Arc<Counters>) -> Result<Self, DbError> {
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
        Ok(Self {
            target,
            limits: limits(config),
            planner: planner(config),
            ping_after: config.ping_after,
            age_max: config.connection_age_max,
            counters,
        })
    }

    /// Whether the server answers a new connection, be it that it has no room for one.
    pub(super) async fn is_alive(&self) -> bool {
        match self.target.connect(NoTls).await {
            Ok(_) => true,
            Err(error) => error.as_db_error().is_some(),
        }
    }

    /// A connection outside the pool, without time limits on statements and locks: for migrations.
    pub(super) async fn connect_unlimited(&self) -> Result<AsyncPgConnection, DbError> {
        let (client, connection) = self.target.connect(NoTls).await.map_err(|error| unconnected(&error))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection)
            .await
            .map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// The same as the driver has it, which can `COPY`. It closes when it is dropped.
    pub(super) async fn client_unlimited(&self, runtime: &Handle) -> Result<Client, DbError> {
        let (client, connection) =
            self.target.connect(NoTls).await.map_err(|error| DbError::Unavailable(reason(&error)))?;
        // What is wrong with the connection is told to whoever waits for its answers, too.
        runtime.spawn(connection.map(drop));
        Ok(client)
    }
}

impl Manager for PgManager {
    type Type = AsyncPgConnection;
    type Error = DbError;

    async fn create(&self) -> Result<AsyncPgConnection, DbError> {
        let mut conn = self.connect_unlimited().await?;
        conn.batch_execute(&self.limits).await?;
        if let Err(error) = conn.batch_execute(&self.planner).await {
            tracing::warn!(error.message = %error, "the planner settings of a database connection were refused");
        }
        let (counters, name) = (Arc::clone(&self.counters), self.target.get_dbname().unwrap_or_default().to_owned());
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| counters.event(&name, &event));
        Ok(conn)
    }

    async fn recycle(&self, conn: &mut AsyncPgConnection, metrics: &Metrics) -> RecycleResult<DbError> {
        if conn.is_broken() {
            self.counters.broken();
            return Err(RecycleError::message("the connection is broken"));
        }
        if metrics.age() > self.age_max {
            self.counters.retired();
            return Err(RecycleError::message("the connection has reached its age"));
        }
        if metrics.last_used() >= self.ping_after {
            // Counted when it fails, and when the pool gives up waiting for it.
            let unanswered = Unanswered(&self.counters);
            conn.batch_execute("").await.map_err(DbError::from)?;
            std::mem::forget(unanswered);
        }
        Ok(())
    }
}

/// A ping that has no answer yet; dropped without one it counts as a broken connection.
struct Unanswered<'a>(&'a Counters);

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        self.0.broken();
    }
}

fn limits(config: &DbConfig) -> String {
    let commits = if config.loading { "; SET synchronous_commit = off" } else { "" };
    format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}{commits}",
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

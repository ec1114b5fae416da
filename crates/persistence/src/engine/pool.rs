//! The pools behind `Db`: one for PostgreSQL, a writer and some readers for SQLite.

use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolError, QueueMode, TimeoutType, WeakPool};

use super::config::DbConfig;
use super::conn::Conn;
use super::counters::{Counted, Counters};
use super::error::{DbError, DbResult};
use super::lite::{LiteManager, LiteRole, prepare_file};
use super::pg::PgManager;
use super::url::{Target, parse};

/// How long a read through [`Door::Aside`] waits for the one before it.
const ASIDE_WAIT_MAX: Duration = Duration::from_secs(1);

/// Which door a unit of work goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Reads what is so now.
    Read,
    /// Reads a list or a report, which a replica may serve.
    List,
    /// Reads for the program itself, on the one connection that no request uses: a full pool does not keep it waiting.
    Aside,
    Write,
}

/// The connections of one database.
pub(super) enum Pools {
    Pg(Pool<PgManager>),
    Lite { writer: Pool<LiteManager>, readers: Pool<LiteManager> },
}

/// The state of the connections at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStatus {
    /// Most connections that may be open.
    pub pool_size: usize,
    /// Open and free.
    pub connections_checked_in: usize,
    /// Open and at work.
    pub connections_checked_out: usize,
    /// Open.
    pub total_connections: usize,
    /// Units of work waiting for a connection.
    pub waiting: usize,
    /// Statements sent since the start.
    pub statements_total: u64,
    /// Attempts of units of work beyond their first.
    pub retries_total: u64,
    /// Connections closed because they had reached their age.
    pub connections_retired_total: u64,
    /// Connections that turned out to be dead when they were to be used again.
    pub connections_broken_total: u64,
}

impl Pools {
    pub(super) fn build(config: &DbConfig, counters: &Arc<Counters>) -> DbResult<Self> {
        match parse(&config.url)? {
            Target::Postgres => {
                let manager = PgManager::new(&config.url, config, Arc::clone(counters))?;
                let waits = (config.wait_timeout, config.connect_timeout);
                Ok(Self::Pg(pool(manager, config.pool_size_max, waits)?))
            }
            Target::Sqlite(path) => {
                prepare_file(&path)?;
                let of = |role| LiteManager::new(&path, role, config.lock_timeout, Arc::clone(counters));
                // Opening may have to wait for another process that is migrating.
                let waits = (config.wait_timeout, config.connect_timeout + config.lock_timeout);
                let role = if config.loading { LiteRole::Loader } else { LiteRole::Writer };
                let writer = pool(of(role), 1, waits)?;
                let readers = pool(of(LiteRole::Reader), config.sqlite_readers, waits)?;
                Ok(Self::Lite { writer, readers })
            }
        }
    }

    /// One connection besides those of [`Pools::build`], for [`Door::Aside`]. Whoever finds it at work waits for a short
    /// time only.
    pub(super) fn build_aside(config: &DbConfig, counters: &Arc<Counters>) -> DbResult<Self> {
        let wait_timeout = ASIDE_WAIT_MAX.min(config.wait_timeout);
        Self::build(&DbConfig { pool_size_max: 1, sqlite_readers: 1, wait_timeout, ..config.clone() }, counters)
    }

    pub(super) async fn checkout(&self, door: Door) -> DbResult<Conn> {
        match (self, door) {
            (Self::Pg(pool), _) => get(pool).await.map(Conn::Pg),
            (Self::Lite { readers, .. }, Door::Read | Door::List | Door::Aside) => get(readers).await.map(Conn::Lite),
            (Self::Lite { writer, .. }, Door::Write) => get(writer).await.map(Conn::Lite),
        }
    }

    pub(super) fn close(&self) {
        match self {
            Self::Pg(pool) => pool.close(),
            Self::Lite { writer, readers } => {
                readers.close();
                writer.close();
            }
        }
    }

    pub(super) fn status(&self) -> PoolStatus {
        match self {
            Self::Pg(pool) => status(pool),
            Self::Lite { writer, readers } => {
                let (w, r) = (status(writer), status(readers));
                PoolStatus {
                    pool_size: w.pool_size + r.pool_size,
                    connections_checked_in: w.connections_checked_in + r.connections_checked_in,
                    connections_checked_out: w.connections_checked_out + r.connections_checked_out,
                    total_connections: w.total_connections + r.total_connections,
                    waiting: w.waiting + r.waiting,
                    ..PoolStatus::default()
                }
            }
        }
    }
}

impl PoolStatus {
    /// With what was counted.
    pub(super) const fn counted(self, counted: Counted) -> Self {
        Self {
            statements_total: counted.statements,
            retries_total: counted.retries,
            connections_retired_total: counted.retired,
            connections_broken_total: counted.broken,
            ..self
        }
    }
}

/// A pool that waits so long for a free connection, and so long for a new one.
pub(super) fn pool<M: Manager>(
    manager: M,
    size_max: usize,
    (wait_timeout, connect_timeout): (Duration, Duration),
) -> DbResult<Pool<M>> {
    Pool::builder(manager)
        .max_size(size_max.max(1))
        // The connection used last is the one whose cache is warm, and the others get a chance to be trimmed.
        .queue_mode(QueueMode::Lifo)
        .wait_timeout(Some(wait_timeout))
        .create_timeout(Some(connect_timeout))
        .recycle_timeout(Some(connect_timeout))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

/// Checks a connection out. Each wait inside is bounded on its own; the whole is bounded too, whatever several connections
/// that cannot be revived cost one after the other.
async fn get<M: Manager<Error = DbError>>(pool: &Pool<M>) -> DbResult<Object<M>> {
    let timeouts = pool.timeouts();
    let bound = timeouts.wait.unwrap_or_default() + timeouts.create.unwrap_or_default();
    match tokio::time::timeout(bound, pool.get()).await {
        Ok(Ok(object)) => Ok(object),
        Ok(Err(error)) => Err(refused(error)),
        Err(_) => Err(DbError::Unavailable("no connection could be revived in time".to_owned())),
    }
}

fn refused(error: PoolError<DbError>) -> DbError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => DbError::Overloaded("no connection became free in time".to_owned()),
        PoolError::Timeout(_) => DbError::Unavailable("the database did not answer in time".to_owned()),
        PoolError::Backend(error) => error,
        other => DbError::Unavailable(other.to_string()),
    }
}

fn status<M: Manager>(pool: &Pool<M>) -> PoolStatus {
    let now = pool.status();
    PoolStatus {
        pool_size: now.max_size,
        connections_checked_in: now.available,
        connections_checked_out: now.size.saturating_sub(now.available),
        total_connections: now.size,
        waiting: now.waiting,
        ..PoolStatus::default()
    }
}

/// Closes the idle connections beyond `kept`, every so often, until the pool is gone.
pub(super) async fn trim(pool: WeakPool<PgManager>, kept: usize, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        let Some(pool) = pool.upgrade() else { return };
        let mut seen = 0;
        let trimmed = pool.retain(|_, _| {
            seen += 1;
            seen <= kept
        });
        if !trimmed.removed.is_empty() {
            tracing::debug!(pool.closed = trimmed.removed.len(), pool.kept = kept, "idle connections were closed");
        }
    }
}

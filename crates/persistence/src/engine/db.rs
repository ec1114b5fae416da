//! The database: connect, look after it, close it.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::config::DbConfig;
use super::conn::Conn;
use super::counters::Counters;
use super::error::{DbError, DbResult};
use super::optimize::optimize_keep;
use super::pool::{Door, PoolStatus, Pools, trim};
use super::replica::{Replica, ReplicaStatus};
use super::url::Engine;
use super::watch::Watch;

/// Units of work that may exist at once, waiting ones included.
pub(super) const UNITS_MAX: u32 = 1 << 16;
const TRIM_EVERY: Duration = Duration::from_secs(30);

/// A database of either engine. Cheap to clone.
///
/// Inside the crate it has three doors, `read`, `read_list` and `write`; each takes an async closure, runs it in a task of its own
/// and hands back its answer. So a caller that goes away (a client that resets its connection) never leaves a query
/// or a transaction half done.
#[derive(Clone)]
pub struct Db {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) config: DbConfig,
    pub(super) engine: Engine,
    pub(super) pools: Pools,
    /// The connection for [`Door::Aside`].
    pub(super) aside: Pools,
    /// Where units of work run: the runtime that [`Db::connect`] was called on, whatever thread asks later.
    pub(super) runtime: Handle,
    /// One permit per unit of work; closing waits for all of them.
    pub(super) units: Arc<Semaphore>,
    /// Whether the server of PostgreSQL is alive, for units of work that take long.
    pub(super) watch: Watch,
    pub(super) counters: Arc<Counters>,
    /// What serves lists beside the primary server.
    pub(super) replica: Option<Replica>,
}

impl Db {
    /// Opens the database and checks that it answers. Makes the SQLite file and its directory when missing; does not
    /// touch the schema (see [`Db::migrate`]).
    ///
    /// Call it on the multi-threaded runtime that lives as long as the process.
    ///
    /// # Errors
    /// [`DbError::Url`] for a URL of no known engine and for a replica of SQLite, [`DbError::Unavailable`] when the database cannot be reached.
    pub async fn connect(config: DbConfig) -> DbResult<Self> {
        let engine = Engine::of_url(&config.url)?;
        if engine == Engine::Sqlite && config.replica_url.is_some() {
            return Err(DbError::Url("names SQLite, which has no replica".to_owned()));
        }
        let counters = Arc::new(Counters::default());
        let (pools, aside) = (Pools::build(&config, &counters)?, Pools::build_aside(&config, &counters)?);
        let replica = Replica::of(&config)?;
        let runtime = Handle::current();
        if let Pools::Pg(pool) = &pools {
            runtime.spawn(trim(pool.weak(), config.pool_size_kept, TRIM_EVERY));
        }
        if let Some(pool) = replica.as_ref().and_then(Replica::pool) {
            runtime.spawn(trim(pool.weak(), config.pool_size_kept, TRIM_EVERY));
        }
        let units = Arc::new(Semaphore::new(usize::try_from(UNITS_MAX).unwrap_or(usize::MAX)));
        let watch = Watch::default();
        let inner = Inner { config, engine, pools, aside, runtime, units, watch, counters, replica };
        let db = Self { inner: Arc::new(inner) };
        // The write door first: on SQLite the writer puts the file into WAL mode, which readers then find.
        db.detached(Door::Write, async |_: &mut Conn| Ok(())).await?;
        db.ping().await?;
        if let Pools::Lite { .. } = &db.inner.pools {
            db.inner.runtime.spawn(optimize_keep(Arc::downgrade(&db.inner)));
        }
        if let (Some(replica), Pools::Pg(primary)) = (&db.inner.replica, &db.inner.pools) {
            replica.watch(&db.inner, primary);
        }
        Ok(db)
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Asks the database for a sign of life, within the connect time-out.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when it gives none, [`DbError::Overloaded`] when no connection was free to ask with.
    pub async fn ping(&self) -> DbResult<()> {
        let ping =
            self.detached(Door::Read, async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("SELECT 1").await)?));
        let bound = self.inner.config.connect_timeout;
        tokio::time::timeout(bound, ping)
            .await
            .unwrap_or_else(|_| Err(DbError::Unavailable("the database did not answer in time".to_owned())))
    }

    /// The state of the connections now.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        self.inner.pools.status().counted(self.inner.counters.now())
    }

    /// How the replica serves, if there is one.
    #[must_use]
    pub fn replica_status(&self) -> Option<ReplicaStatus> {
        self.inner.replica.as_ref().map(Replica::status)
    }

    /// Waits until something new is known of the replica: it is looked at each second. Returns at once without one.
    pub async fn replica_news(&self) {
        if let Some(replica) = &self.inner.replica {
            // It cannot be gone: it is held here.
            let _ = replica.news().changed().await;
        }
    }

    /// Waits for the units of work under way, then closes all connections. Later work is refused as unavailable.
    pub async fn close(&self) {
        let all = Arc::clone(&self.inner.units).acquire_many_owned(UNITS_MAX).await;
        self.inner.units.close();
        self.inner.pools.close();
        self.inner.aside.close();
        if let Some(replica) = &self.inner.replica {
            replica.close();
        }
        drop(all);
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

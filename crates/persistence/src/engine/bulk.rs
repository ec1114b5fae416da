//! Connections for work that goes over all rows of a database: without the time limits that are right for requests.

use deadpool::managed::Object;
use diesel::SqliteConnection;
use tokio_postgres::Client;

use super::db::Db;
use super::error::DbResult;
use super::lite::LiteManager;
use super::pool::{Door, Pools};
use super::{Conn, DbError};

/// A connection of either engine, as near to the driver as it is needed.
pub(crate) enum Bulk {
    /// PostgreSQL: a connection of its own, which can `COPY`.
    Pg(Client),
    /// SQLite: one of the pool's, with its blocking interface.
    Lite(LiteBulk),
}

/// A SQLite connection that is used from a blocking thread.
pub(crate) struct LiteBulk(Object<LiteManager>);

impl LiteBulk {
    /// Runs `work` on a blocking thread.
    ///
    /// # Errors
    /// When the thread is gone; what `work` answers is in the answer.
    pub async fn run<T: Send + 'static>(
        mut self,
        work: impl FnOnce(&mut SqliteConnection) -> T + Send + 'static,
    ) -> DbResult<T> {
        Ok(self.0.spawn_blocking(move |conn| Ok(work(conn))).await?)
    }
}

impl Db {
    /// A connection for reading all rows. On SQLite it refuses writes.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn bulk_read(&self) -> DbResult<Bulk> {
        self.bulk(Door::Read).await
    }

    /// A connection for writing many rows. On SQLite it is the one that writes.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn bulk_write(&self) -> DbResult<Bulk> {
        self.bulk(Door::Write).await
    }

    async fn bulk(&self, door: Door) -> DbResult<Bulk> {
        if let Pools::Pg(pool) = &self.inner.pools {
            return Ok(Bulk::Pg(pool.manager().client_unlimited(&self.inner.runtime).await?));
        }
        match self.inner.pools.checkout(door).await? {
            Conn::Lite(conn) => Ok(Bulk::Lite(LiteBulk(conn))),
            Conn::Pg(_) => Err(DbError::Unavailable("not a SQLite connection".to_owned())),
        }
    }
}

//! The end of filling a new database.

use std::path::PathBuf;

use diesel_async::SimpleAsyncConnection as _;

use super::conn::Conn;
use super::db::Db;
use super::error::{DbError, DbResult};
use super::pool::{Door, Pools};
use super::url::{Target, parse};

impl Db {
    /// Ends what [`super::DbConfig::loading`] began: the statistics of the tables are made, and everything written so far is on
    /// the disk when it returns.
    ///
    /// # Errors
    /// When the database cannot be reached, or the disk fails: then what was loaded is not to be relied on.
    pub async fn load_finish(&self) -> DbResult<()> {
        if let Pools::Pg(pool) = &self.inner.pools {
            // Statistics are written, too, and a commit that waits for the disk waits for all before it.
            return Ok(pool.manager().connect_unlimited().await?.batch_execute("ANALYZE").await?);
        }
        match parse(&self.inner.config.url)? {
            Target::Postgres => Ok(()),
            Target::Sqlite(path) => {
                self.optimize().await?;
                self.batch("PRAGMA wal_checkpoint(TRUNCATE)").await?;
                let synced = tokio::task::spawn_blocking(move || sync(path)).await;
                synced.map_err(|error| DbError::Unavailable(error.to_string()))?
            }
        }
    }

    async fn batch(&self, sql: &'static str) -> DbResult<()> {
        self.detached(Door::Read, async move |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute(sql).await)?)).await
    }
}

/// The log was moved into the file before this; what had been moved earlier may still be in memory.
fn sync(path: PathBuf) -> DbResult<()> {
    let synced = std::fs::File::open(&path).and_then(|file| file.sync_all());
    synced.map_err(|error| DbError::Unavailable(format!("{}: {error}", path.display())))
}

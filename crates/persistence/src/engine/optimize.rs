//! What the planner of SQLite knows of the tables.
//!
//! Without it SQLite takes all indexes of a table for equally good, and does not see that a partial one is small. PostgreSQL
//! keeps its statistics by itself.

use std::sync::Weak;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;

use super::conn::Conn;
use super::db::{Db, Inner};
use super::error::DbResult;
use super::pool::{Door, Pools};

const EVERY: Duration = Duration::from_secs(3_600);

/// Looks at all tables, not only at those that this connection has used, and at a part of each of them. Tables that have hardly
/// grown since are left out.
const OPTIMIZE: &str = "PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002";

impl Db {
    /// Has SQLite find out how its tables are now. Does nothing on PostgreSQL, which does so by itself.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn optimize(&self) -> DbResult<()> {
        let Pools::Lite { readers, .. } = &self.inner.pools else { return Ok(()) };
        self.detached(Door::Write, async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute(OPTIMIZE).await)?)).await?;
        // A connection reads what is known when it is opened.
        readers.retain(|_, _| false);
        Ok(())
    }
}

/// Does so now and then, until the database is closed.
pub(super) async fn optimize_keep(inner: Weak<Inner>) {
    let mut ticks = tokio::time::interval(EVERY);
    // The first one comes at once, when there may be no tables yet.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(inner) = inner.upgrade().filter(|inner| !inner.units.is_closed()) else { return };
        if let Err(error) = (Db { inner }).optimize().await {
            tracing::warn!(error.message = %error, "the statistics of the tables could not be refreshed");
        }
    }
}

//! Telling of a change by hand, and forgetting old ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::sql_query;
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ports::StoreResult;
use uuid::Uuid;

use crate::engine::{Col, Conn, Db, Instant, Uid};

const EVERYTHING_ON_POSTGRES: &str = "INSERT INTO change_feed (kind, subject) VALUES (0, $1)";

const EVERYTHING_ON_SQLITE: &str = "
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 0, $1 FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed)";

/// The newest row stays: on SQLite the next one is numbered after it.
const FORGET: &str = "
    DELETE FROM change_feed WHERE changed_at < $1 AND xact < (SELECT max(xact) FROM change_feed)";

/// Statements of a write: its beginning, what it does, and its commit.
const STATEMENTS_OF_A_WRITE: u64 = 3;

pub(super) async fn everything_changed(db: &Db) -> StoreResult<()> {
    db.write(async move |conn| {
        let sql = match conn {
            Conn::Pg(_) => EVERYTHING_ON_POSTGRES,
            Conn::Lite(_) => EVERYTHING_ON_SQLITE,
        };
        on!(conn, |c| sql_query(sql).bind::<Uid, _>(Col(Uuid::nil())).execute(c).await)?;
        Ok(())
    })
    .await
}

pub(super) async fn changes_forget(db: &Db, statements: &Arc<AtomicU64>, before: Timestamp) -> StoreResult<u64> {
    let statements = Arc::clone(statements);
    db.write(async move |conn| {
        statements.fetch_add(STATEMENTS_OF_A_WRITE, Ordering::Relaxed);
        let count = on!(conn, |c| sql_query(FORGET).bind::<Instant, _>(Col(before)).execute(c).await)?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    })
    .await
}

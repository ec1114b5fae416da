//! Reading the feed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::sql_types::{BigInt, Nullable};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ports::{Changed, FeedCursor, FeedPart, StoreResult};
use uuid::Uuid;

use crate::engine::{Col, Conn, Db, Uid};

/// Most rows that are read at once. Whoever has to forget more forgets everything, which costs him one statement for each
/// copy that is still wanted.
pub(super) const ROWS_MAX: usize = 2_000;

/// Always one row at least, so that the horizon is known. On PostgreSQL the horizon is the oldest transaction that was under
/// way when the rows were looked for (the same snapshot): rows of later ones that are visible are read again, those that
/// were not visible yet are not missed, in whatever order they commit.
const SINCE_ON_POSTGRES: &str = "
    SELECT h.horizon, f.xact, f.id, f.kind, f.subject
    FROM (SELECT txid_snapshot_xmin(txid_current_snapshot()) AS horizon) h
    LEFT JOIN change_feed f ON f.xact >= $1
    ORDER BY f.xact, f.id LIMIT 2001";

/// On SQLite whoever writes does so alone.
const SINCE_ON_SQLITE: &str = "
    SELECT h.horizon, f.xact, f.id, f.kind, f.subject
    FROM (SELECT coalesce(max(xact), 0) + 1 AS horizon FROM change_feed) h
    LEFT JOIN change_feed f ON f.xact >= $1
    ORDER BY f.xact, f.id LIMIT 2001";

#[derive(QueryableByName)]
struct FeedRow {
    #[diesel(sql_type = BigInt)]
    horizon: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    xact: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    kind: Option<i64>,
    #[diesel(sql_type = Nullable<Uid>)]
    subject: Option<Col<Uuid>>,
}

pub(super) async fn changes_since(db: &Db, statements: &Arc<AtomicU64>, cursor: FeedCursor) -> StoreResult<FeedPart> {
    let (statements, from) = (Arc::clone(statements), cursor.horizon.unwrap_or(i64::MIN));
    let rows = db
        .read_aside(async move |conn| {
            statements.fetch_add(1, Ordering::Relaxed);
            let sql = match conn {
                Conn::Pg(_) => SINCE_ON_POSTGRES,
                Conn::Lite(_) => SINCE_ON_SQLITE,
            };
            Ok(on!(conn, |c| sql_query(sql).bind::<BigInt, _>(from).load::<FeedRow>(c).await)?)
        })
        .await?;
    Ok(part_of(&rows, &cursor))
}

fn part_of(rows: &[FeedRow], cursor: &FeedCursor) -> FeedPart {
    let horizon = rows.first().map(|row| row.horizon).or(cursor.horizon);
    // Transactions are not numbered backwards: this is another database, such as one that was restored from a copy.
    let foreign = cursor.horizon.zip(horizon).is_some_and(|(before, now)| now < before);
    if foreign || rows.len() > ROWS_MAX {
        return FeedPart { changes: vec![Changed::Everything], cursor: FeedCursor { horizon, seen: Vec::new() } };
    }
    let fresh = rows.iter().filter(|row| row.id.is_some_and(|id| !cursor.seen.contains(&id)));
    let changes = fresh.filter_map(changed_of).collect();
    let again = rows.iter().filter(|row| row.xact >= horizon);
    FeedPart { changes, cursor: FeedCursor { horizon, seen: again.filter_map(|row| row.id).collect() } }
}

fn changed_of(row: &FeedRow) -> Option<Changed> {
    let subject = row.subject.as_ref()?.0;
    Some(match row.kind? {
        1 => Changed::Session(subject.into()),
        2 => Changed::User(subject.into()),
        3 => Changed::Business(subject.into()),
        4 => Changed::Unit(subject.into()),
        // Also of a kind that a later version of this program tells of.
        _ => Changed::Everything,
    })
}

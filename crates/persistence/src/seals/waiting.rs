//! Which chains have something to seal, and which rows have no seal.
//!
//! Whether a row has a seal is asked row by row, by the unique index, in a subquery of its own: a join would let a planner
//! read the whole trail. So the cost is that of the rows that are looked at, however long the trail is.

use diesel::sql_types::Nullable;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{AuditId, BusinessId};
use ofektom_domain::ports::StoreResult;
use ofektom_domain::seal::PLATFORM_CHAIN;
use uuid::Uuid;

use super::image::{RawRow, row_columns};
use crate::engine::{Col, Conn, Db, DbResult, Instant, RawId, RawUid, Uid, Whole};

/// How far behind the newest sealed row others are looked for in every step, by the instant in their ids. It only makes late
/// rows be sealed sooner: those that come later yet are found by the sweep.
const LOOK_BACK_MILLIS: u64 = 120_000;

/// Whether the row `r` has no seal.
const UNSEALED: &str = "
    (SELECT s.seq FROM audit_seals s WHERE s.business_id = r.business_id AND s.audit_id = r.id LIMIT 1) IS NULL";

/// Which rows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// Those of ids that a server makes. The others are never sealed, and keep nobody from sealing these.
    Made,
    /// All that there are.
    All,
}

impl Ids {
    /// What an id must be besides, in SQL. PostgreSQL has no other ids in the first place.
    const fn clause(self, conn: &Conn) -> &'static str {
        match (self, conn) {
            (Self::Made, Conn::Lite(_)) => "AND length(r.id) = 16",
            _ => "",
        }
    }
}

/// The lower bound of a search, as an operator and what follows it. `None` is before everything.
fn bound(conn: &Conn, after: Option<&RawId>) -> (&'static str, RawId) {
    match (after, conn) {
        (Some(after), _) => (">", after.clone()),
        (None, Conn::Pg(_)) => (">=", RawId::of(Uuid::nil())),
        (None, Conn::Lite(_)) => (">=", RawId::empty()),
    }
}

#[derive(QueryableByName)]
struct Chain {
    #[diesel(sql_type = Uid)]
    id: Col<BusinessId>,
}

/// The id from which rows are looked for, when `newest` was sealed. Ids of a clock that is ahead do not move it beyond now.
pub(super) fn look_back(newest: AuditId, now: Timestamp) -> AuditId {
    let millis = u64::try_from(newest.uuid().as_u128() >> 80).unwrap_or(0);
    let millis = millis.min(millis_of(now)).saturating_sub(LOOK_BACK_MILLIS);
    id_at(millis)
}

/// The first id that no server has made at `now`, if its clock is right.
fn ahead_of(now: Timestamp) -> AuditId {
    id_at(millis_of(now).saturating_add(1))
}

/// From where rows are looked for, when the chain says `from`. What is ahead of now was not written by sealing.
pub(super) fn looked_from(from: AuditId, now: Timestamp) -> AuditId {
    if from < ahead_of(now) { from } else { look_back(from, now) }
}

fn millis_of(now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond()).unwrap_or(0)
}

fn id_at(millis: u64) -> AuditId {
    AuditId::from_uuid(Uuid::from_u128(u128::from(millis) << 80))
}

pub(super) async fn chains_waiting(
    db: &Db,
    now: Timestamp,
    after: Option<BusinessId>,
    limit: u32,
) -> StoreResult<Vec<BusinessId>> {
    let beyond = if after.is_some() { ">" } else { ">=" };
    let ahead = ahead_of(now);
    db.read(async move |conn| {
        let made = Ids::Made.clause(conn);
        // SQLite numbers parameters by their first appearance.
        let sql = format!(
            "SELECT b.id AS id FROM (SELECT id FROM businesses UNION ALL SELECT $1) b
             LEFT JOIN audit_chains c ON c.business_id = b.id
             WHERE b.id {beyond} $2 AND (
                 SELECT r.id FROM audit_rows r
                 WHERE r.business_id = b.id
                     AND r.id > CASE WHEN c.looked_from >= $3 THEN $4 ELSE COALESCE(c.looked_from, $1) END
                     {made} AND {UNSEALED}
                 ORDER BY r.id LIMIT 1) IS NOT NULL
             ORDER BY b.id LIMIT $5"
        );
        let query = sql_query(sql)
            .bind::<Uid, _>(Col(PLATFORM_CHAIN))
            .bind::<Uid, _>(Col(after.unwrap_or(PLATFORM_CHAIN)))
            .bind::<Uid, _>(Col(ahead))
            .bind::<Uid, _>(Col(looked_from(ahead, now)))
            .bind::<Whole, _>(Col(limit));
        let found = on!(conn, |c| query.load::<Chain>(c).await)?;
        Ok(found.into_iter().map(|chain| chain.id.0).collect())
    })
    .await
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = Nullable<Instant>)]
    at: Option<Col<Timestamp>>,
}

/// When the oldest row without a seal was made, of those that are looked for in every step. One look per chain.
pub(crate) async fn oldest_unsealed(db: &Db, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    let ahead = ahead_of(now);
    db.read(async move |conn| {
        let made = Ids::Made.clause(conn);
        let sql = format!(
            "SELECT MIN(x.at) AS at FROM (
                 SELECT (
                     SELECT r.at FROM audit_rows r
                     WHERE r.business_id = b.id
                         AND r.id > CASE WHEN c.looked_from >= $1 THEN $2 ELSE COALESCE(c.looked_from, $3) END
                         {made} AND {UNSEALED}
                     ORDER BY r.id LIMIT 1) AS at
                 FROM (SELECT id FROM businesses UNION ALL SELECT $3) b
                 LEFT JOIN audit_chains c ON c.business_id = b.id
             ) x"
        );
        let query = sql_query(sql)
            .bind::<Uid, _>(Col(ahead))
            .bind::<Uid, _>(Col(looked_from(ahead, now)))
            .bind::<Uid, _>(Col(PLATFORM_CHAIN));
        let found = on!(conn, |c| query.get_result::<Oldest>(c).await)?;
        Ok(found.at.map(|at| at.0))
    })
    .await
}

/// What was swept after now was not: it comes first.
pub(super) async fn chains_to_sweep(db: &Db, now: Timestamp, limit: u32) -> StoreResult<Vec<BusinessId>> {
    db.read(async move |conn| {
        let made = match conn {
            Conn::Pg(_) => "",
            Conn::Lite(_) => "WHERE length(business_id) = 16",
        };
        let sql = format!(
            "SELECT business_id AS id FROM audit_chains {made}
             ORDER BY CASE WHEN swept_at > $1 THEN 0 ELSE 1 END, swept_at, business_id LIMIT $2"
        );
        let query = sql_query(sql).bind::<Instant, _>(Col(now)).bind::<Whole, _>(Col(limit));
        let found = on!(conn, |c| query.load::<Chain>(c).await)?;
        Ok(found.into_iter().map(|chain| chain.id.0).collect())
    })
    .await
}

/// Rows of a business without a seal, in the order of their ids: those after `after` and up to `to`.
pub(super) async fn unsealed_on(
    conn: &mut Conn,
    business: BusinessId,
    (after, to): (Option<&RawId>, &RawId),
    ids: Ids,
    limit: u32,
) -> DbResult<Vec<RawRow>> {
    let (columns, made) = (row_columns(conn), ids.clause(conn));
    let (beyond, after) = bound(conn, after);
    let sql = format!(
        "SELECT {columns} FROM audit_rows r
         WHERE r.business_id = $1 AND r.id {beyond} $2 AND r.id <= $3 {made} AND {UNSEALED} ORDER BY r.id LIMIT $4"
    );
    let query = sql_query(sql)
        .bind::<Uid, _>(Col(business))
        .bind::<RawUid, _>(Col(after))
        .bind::<RawUid, _>(Col(to.clone()))
        .bind::<Whole, _>(Col(limit));
    Ok(on!(conn, |c| query.load::<RawRow>(c).await)?)
}

/// A piece of a trail.
#[derive(QueryableByName)]
pub(super) struct Piece {
    /// Its last row.
    #[diesel(sql_type = RawUid)]
    pub(super) last: Col<RawId>,
    /// How many rows it has: fewer than asked for at the end of the trail.
    #[diesel(sql_type = Whole)]
    pub(super) found: Col<u32>,
}

/// The piece of the trail after an id, of so many rows, sealed ones included; `None` when nothing follows.
pub(super) async fn piece_on(
    conn: &mut Conn,
    business: BusinessId,
    after: Option<&RawId>,
    ids: Ids,
    rows: u32,
) -> DbResult<Option<Piece>> {
    let made = ids.clause(conn);
    let (beyond, after) = bound(conn, after);
    let sql = format!(
        "SELECT p.id AS last, count(*) OVER () AS found FROM (
             SELECT r.id FROM audit_rows r WHERE r.business_id = $1 AND r.id {beyond} $2 {made} ORDER BY r.id LIMIT $3
         ) p ORDER BY p.id DESC LIMIT 1"
    );
    let query = sql_query(sql).bind::<Uid, _>(Col(business)).bind::<RawUid, _>(Col(after)).bind::<Whole, _>(Col(rows));
    Ok(on!(conn, |c| query.load::<Piece>(c).await)?.pop())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = RawUid)]
    id: Col<RawId>,
}

/// The next business after `after` of which a table has something. One look in an index, however much there is of each.
pub(super) async fn chain_after_on(conn: &mut Conn, table: &str, after: Option<&RawId>) -> DbResult<Option<RawId>> {
    let (beyond, after) = bound(conn, after);
    let sql =
        format!("SELECT business_id AS id FROM {table} WHERE business_id {beyond} $1 ORDER BY business_id LIMIT 1");
    let query = sql_query(sql).bind::<RawUid, _>(Col(after));
    Ok(on!(conn, |c| query.load::<Found>(c).await)?.pop().map(|found| found.id.0))
}

/// The newest sealed row of a chain, by its id.
pub(super) async fn newest_sealed_on(conn: &mut Conn, business: BusinessId) -> DbResult<Option<RawId>> {
    let sql = "SELECT audit_id AS id FROM audit_seals WHERE business_id = $1 ORDER BY audit_id DESC LIMIT 1";
    let query = sql_query(sql).bind::<Uid, _>(Col(business));
    Ok(on!(conn, |c| query.load::<Found>(c).await)?.pop().map(|found| found.id.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(millis: u128) -> AuditId {
        AuditId::from_uuid(Uuid::from_u128(millis << 80 | 7))
    }

    #[test]
    fn rows_are_looked_for_two_minutes_back_and_never_ahead_of_now() {
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        let from = |millis| look_back(id(millis), now).uuid().as_u128() >> 80;
        assert_eq!((from(500_000), from(1_000_000), from(9_000_000)), (380_000, 880_000, 880_000));
        assert_eq!(look_back(id(0), now), id_at(0));
    }

    #[test]
    fn a_place_ahead_of_now_counts_as_two_minutes_ago() {
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        for honest in [id(0), id(999_999), id(1_000_000)] {
            assert_eq!(looked_from(honest, now), honest);
        }
        for ahead in [id(1_000_001), AuditId::from_uuid(Uuid::max())] {
            assert_eq!(looked_from(ahead, now), id_at(880_000));
        }
    }
}

//! Which chains have something to seal, and which rows have no seal.
//!
//! Whether a row has a seal is asked row by row, by the unique index, in a subquery of its own: a join would let a planner
//! read the whole trail. So the cost is that of the rows that are looked at, however long the trail is.

use diesel::prelude::QueryDsl as _;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{AuditId, BusinessId};
use ofektom_domain::ports::StoreResult;
use ofektom_domain::seal::{PLATFORM_CHAIN, RowImage};

use super::image::{RawRow, row_columns};
use crate::engine::{Col, Conn, Db, DbResult, Uid, Whole};
use crate::schema::audit_chains;

/// Whether the row `r` has no seal.
const UNSEALED: &str = "
    (SELECT s.seq FROM audit_seals s WHERE s.business_id = r.business_id AND s.audit_id = r.id LIMIT 1) IS NULL";

#[derive(QueryableByName)]
struct Chain {
    #[diesel(sql_type = Uid)]
    id: Col<BusinessId>,
}

pub(super) async fn chains_waiting(db: &Db, after: Option<BusinessId>, limit: u32) -> StoreResult<Vec<BusinessId>> {
    let beyond = if after.is_some() { ">" } else { ">=" };
    let sql = format!(
        "SELECT b.id AS id FROM (SELECT id FROM businesses UNION ALL SELECT $1) b
         LEFT JOIN audit_chains c ON c.business_id = b.id
         WHERE b.id {beyond} $2 AND (
             SELECT r.id FROM audit_rows r
             WHERE r.business_id = b.id AND r.id > COALESCE(c.looked_from, $1) AND {UNSEALED}
             ORDER BY r.id LIMIT 1) IS NOT NULL
         ORDER BY b.id LIMIT $3"
    );
    db.read(async move |conn| {
        let query = sql_query(sql)
            .bind::<Uid, _>(Col(PLATFORM_CHAIN))
            .bind::<Uid, _>(Col(after.unwrap_or(PLATFORM_CHAIN)))
            .bind::<Whole, _>(Col(limit));
        let found = on!(conn, |c| query.load::<Chain>(c).await)?;
        Ok(found.into_iter().map(|chain| chain.id.0).collect())
    })
    .await
}

pub(super) async fn chains_to_sweep(db: &Db, limit: u32) -> StoreResult<Vec<BusinessId>> {
    db.read(async move |conn| {
        let longest_ago = audit_chains::table
            .order((audit_chains::swept_at, audit_chains::business_id))
            .limit(i64::from(limit))
            .select(audit_chains::business_id);
        let found = on!(conn, |c| longest_ago.load::<Col<BusinessId>>(c).await)?;
        Ok(found.into_iter().map(|business| business.0).collect())
    })
    .await
}

/// Rows of a business without a seal, in the order of their ids: those after `after` and up to `to`.
pub(super) async fn unsealed_on(
    conn: &mut Conn,
    business: BusinessId,
    (after, to): (AuditId, AuditId),
    limit: u32,
) -> DbResult<Vec<RowImage>> {
    let columns = row_columns(conn);
    let sql = format!(
        "SELECT {columns} FROM audit_rows r
         WHERE r.business_id = $1 AND r.id > $2 AND r.id <= $3 AND {UNSEALED} ORDER BY r.id LIMIT $4"
    );
    let query = sql_query(sql)
        .bind::<Uid, _>(Col(business))
        .bind::<Uid, _>(Col(after))
        .bind::<Uid, _>(Col(to))
        .bind::<Whole, _>(Col(limit));
    let rows = on!(conn, |c| query.load::<RawRow>(c).await)?;
    Ok(rows.into_iter().filter_map(|row| row.image(business)).collect())
}

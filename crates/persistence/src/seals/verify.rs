//! Verifying the trail on a live database: every seal is made anew from its row and the seal before it.
//!
//! It goes in steps of some seals, or some rows. What is sealed does not change, so the steps need no common snapshot but at the
//! end of the chain.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel::result::Error as Diesel;
use diesel::sql_query;
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{Progress, StoreResult, VerifyTrail};
use ofektom_domain::seal::{
    ChainCheck, ChainHead, KeptHead, PLATFORM_CHAIN, SealFault, SealKey, SealMac, TrailDifference, TrailReport,
};

use super::chain::{chain_on, last_seal_on};
use super::image::{RawLink, SEAL_COLUMNS, row_columns};
use super::keys::SealKeys;
use super::waiting::{Ids, chain_after_on, piece_on, unsealed_on};
use crate::engine::{Col, Conn, Db, DbError, DbResult, RawId, Uid, Whole};
use crate::schema::audit_seals;

/// Seals or rows of one step.
const STEP: u32 = 1_000;

pub(super) async fn trail_verify(
    db: &Db,
    ring: &SealKeys,
    command: VerifyTrail,
    progress: Progress<'_>,
) -> StoreResult<TrailReport> {
    let keys: Vec<Arc<dyn SealKey>> = ring.all().chain(&command.former).map(Arc::clone).collect();
    let all_given = !command.former.is_empty();
    let wanted = |business: BusinessId| command.business_id.is_none_or(|only| only == business);
    let found = chains_find(db).await?;
    let chains: Vec<BusinessId> = found.iter().filter_map(RawId::id).filter(|business| wanted(*business)).collect();
    let total = u64::try_from(chains.len()).unwrap_or(u64::MAX);
    let mut report = TrailReport::default();
    if command.business_id.is_none() && found.iter().any(|raw| raw.id::<BusinessId>().is_none()) {
        report.differences.push(TrailDifference {
            business_id: PLATFORM_CHAIN,
            seq: None,
            audit_id: None,
            fault: SealFault::ChainOfForeignId,
        });
    }
    for business in chains {
        progress(report.chains, total);
        report.add(chain_verify(db, business, command.now, (ring, &keys, all_given)).await?);
    }
    progress(total, total);
    for kept in command.heads.iter().copied().filter(|kept| wanted(kept.business_id)) {
        let found = db.read(async move |conn| seal_at_on(conn, kept).await).await?;
        report.differences.extend(kept.held_against(found));
    }
    Ok(report)
}

/// Every chain of which anything is there.
async fn chains_find(db: &Db) -> StoreResult<BTreeSet<RawId>> {
    let mut all = BTreeSet::new();
    for table in ["audit_chains", "audit_seals", "audit_rows"] {
        let mut after: Option<RawId> = None;
        loop {
            let last = after.clone();
            let next = db.read(async move |conn| chain_after_on(conn, table, last.as_ref()).await).await?;
            let Some(next) = next else { break };
            all.insert(next.clone());
            after = Some(next);
        }
    }
    Ok(all)
}

/// The head of a chain, whether it holds, and if not, what is wrong with it.
struct Head {
    head: ChainHead,
    fault: Option<SealFault>,
}

async fn chain_verify(
    db: &Db,
    business: BusinessId,
    now: Timestamp,
    (ring, keys, all_given): (&SealKeys, &[Arc<dyn SealKey>], bool),
) -> StoreResult<TrailReport> {
    let ring = ring.clone();
    let Head { head, fault } = db.read(async move |conn| head_on(conn, business, &ring).await).await?;
    let mut check = ChainCheck::of(head, fault.is_none(), keys).all_given(all_given).at(now);
    let mut after = 0;
    loop {
        let links = db.read(async move |conn| links_on(conn, business, (after, head.sealed.into())).await).await?;
        let Some(last) = links.last().map(|link| link.seq.0) else { break };
        after = last;
        for link in links {
            check.take(&link.seal(business), link.row.image(business));
        }
    }
    if fault.is_none() {
        for link in db.read(async move |conn| beyond_on(conn, business).await).await? {
            check.beyond(&link.seal(business));
        }
    }
    unsealed_find(db, business, &mut check).await?;
    let mut report = check.finish();
    let fault = fault.map(|fault| TrailDifference { business_id: business, seq: None, audit_id: None, fault });
    report.differences.extend(fault);
    Ok(report)
}

/// Goes through all rows, whatever their ids, and tells those without a seal.
async fn unsealed_find(db: &Db, business: BusinessId, check: &mut ChainCheck<'_>) -> StoreResult<()> {
    let mut after: Option<RawId> = None;
    loop {
        let from = after.clone();
        let piece = async move |conn: &mut Conn| {
            let Some(piece) = piece_on(conn, business, from.as_ref(), Ids::All, STEP).await? else { return Ok(None) };
            let to = piece.last.0;
            let rows = unsealed_on(conn, business, (from.as_ref(), &to), Ids::All, STEP).await?;
            Ok(Some((to, rows)))
        };
        let Some((to, rows)) = db.read(piece).await? else { return Ok(()) };
        let full = u32::try_from(rows.len()).is_ok_and(|rows| rows == STEP);
        let mut last = None;
        for row in rows {
            last = row.raw_id();
            match row.image(business) {
                Some(row) => check.unsealed(row.id, row.at_micros),
                None => check.foreign(None),
            }
        }
        // Rows may have been committed in between.
        after = last.filter(|_| full).or(Some(to));
    }
}

/// A head must be of a key that is in use: taking a chain over signs its head anew.
async fn head_on(conn: &mut Conn, business: BusinessId, keys: &SealKeys) -> DbResult<Head> {
    conn.snapshot().await?;
    let (chain, readable) = match chain_on(conn, business).await {
        Ok(chain) => (chain, true),
        // Somebody put in what no chain has.
        Err(DbError::Query(Diesel::DeserializationError(_))) => (None, false),
        Err(error) => return Err(error),
    };
    if let Some(chain) = chain
        && keys.all().any(|key| chain.is_of(key.as_ref()))
    {
        return Ok(Head { head: chain.head(), fault: None });
    }
    let end = last_seal_on(conn, business).await?;
    let fault = match (&chain, end) {
        (Some(_), _) => Some(SealFault::HeadChanged),
        (None, _) if !readable => Some(SealFault::HeadChanged),
        (None, Some(_)) => Some(SealFault::HeadRemoved),
        (None, None) => None,
    };
    // Without a head that holds, the chain is what there is of it.
    let head = chain.map_or_else(|| ChainHead::begun(business, keys.present.id()), |chain| chain.head());
    let (sealed, mac) = end.unwrap_or((0, SealMac::NONE));
    Ok(Head { head: ChainHead { sealed, mac, ..head }, fault })
}

/// Seals after a place and up to another one, in their order.
async fn links_on(conn: &mut Conn, business: BusinessId, (after, to): (i64, i64)) -> DbResult<Vec<RawLink>> {
    let columns = row_columns(conn);
    let sql = format!(
        "SELECT {SEAL_COLUMNS}, {columns} FROM audit_seals s
         LEFT JOIN audit_rows r ON r.business_id = s.business_id AND r.id = s.audit_id
         WHERE s.business_id = $1 AND s.seq > $2 AND s.seq <= $3 ORDER BY s.seq LIMIT $4"
    );
    let query = sql_query(sql)
        .bind::<Uid, _>(Col(business))
        .bind::<Whole, _>(Col(after))
        .bind::<Whole, _>(Col(to))
        .bind::<Whole, _>(Col(STEP));
    Ok(on!(conn, |c| query.load::<RawLink>(c).await)?)
}

/// Seals that are not between the beginning and the end of the chain, as its head is at the same moment.
async fn beyond_on(conn: &mut Conn, business: BusinessId) -> DbResult<Vec<RawLink>> {
    conn.snapshot().await?;
    let end = chain_on(conn, business).await?.map_or(0, |chain| i64::from(chain.head().sealed));
    let mut found = links_on(conn, business, (end, i64::MAX)).await?;
    found.extend(links_on(conn, business, (i64::MIN, 0)).await?);
    Ok(found)
}

/// The hash of the seal at the place of a head that was kept.
async fn seal_at_on(conn: &mut Conn, kept: KeptHead) -> DbResult<Option<SealMac>> {
    let seal = audit_seals::table
        .filter(audit_seals::business_id.eq(Col(kept.business_id)))
        .filter(audit_seals::seq.eq(Col(kept.sealed)))
        .select(audit_seals::mac);
    let found = on!(conn, |c| seal.first::<Col<SealMac>>(c).await.optional())?;
    Ok(found.map(|mac| mac.0))
}

//! One step of sealing in one chain.
//!
//! Whoever seals holds the chain's row; another server passes by. No lock is taken that a change waits for.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::Insertable;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{AuditId, BusinessId};
use ofektom_domain::ports::{ChainSealed, SealChain, StoreResult};
use ofektom_domain::seal::{ChainHead, RowImage, Seal, SealKey, SealKeyId, SealMac, chain_extend};
use uuid::Uuid;

use super::chain::{ChainRow, chain_claim_in_tx, chain_on, chain_update_in_tx, last_seal_on};
use super::waiting::unsealed_on;
use crate::effects::Unnest;
use crate::engine::{Bytes, Col, Conn, Db, DbResult, Uid, Whole};
use crate::schema::{audit_chains, audit_rows, audit_seals};

/// How far behind the newest sealed row others are looked for in every step, by the instant in their ids. It only makes late
/// rows be sealed sooner: those that come later yet are found by the sweep.
const LOOK_BACK_MILLIS: u64 = 120_000;
/// Rows of the old trail that a sweep looks through in one step.
const SWEEP_ROWS: i64 = 2_000;
/// After every id.
pub(super) const LAST_ID: AuditId = AuditId::from_uuid(Uuid::max());
/// Before every id.
pub(super) const FIRST_ID: AuditId = AuditId::from_uuid(Uuid::nil());

pub(super) async fn chain_seal(db: &Db, key: &Arc<dyn SealKey>, command: SealChain) -> StoreResult<ChainSealed> {
    let key = Arc::clone(key);
    db.write(async move |conn| {
        let chain = match chain_take_in_tx(conn, key.as_ref(), &command).await? {
            Ok(chain) => chain,
            Err(not) => return Ok(not),
        };
        let (rows, more, chain) = rows_on(conn, chain, &command).await?;
        let head = chain.head();
        let (seals, after) = chain_extend(key.as_ref(), head, &rows);
        seals_insert_in_tx(conn, &seals).await?;
        let complete_at = if more { head.complete_at } else { Some(command.now) };
        let after = ChainHead { complete_at, ..after };
        chain_update_in_tx(conn, chain.with_head(&after, key.as_ref())).await?;
        Ok(ChainSealed::Sealed { rows: u32::try_from(seals.len()).unwrap_or(u32::MAX), more })
    })
    .await
}

/// Takes the chain, begins it if there is none, and looks whether its end is what its head says: nothing is sealed on top of
/// a chain that somebody cut.
async fn chain_take_in_tx(
    conn: &mut Conn,
    key: &dyn SealKey,
    command: &SealChain,
) -> DbResult<Result<ChainRow, ChainSealed>> {
    let business = command.business_id;
    if let Some(chain) = chain_claim_in_tx(conn, business).await? {
        let head = chain.head();
        let end = last_seal_on(conn, business).await?.unwrap_or((0, SealMac::NONE));
        if chain.is_of(key) && end == (head.sealed, head.mac) {
            return Ok(Ok(chain));
        }
        // The sweep goes on to the other chains.
        chain_update_in_tx(conn, chain.swept(chain.swept_to(), command.now)).await?;
        return Ok(Err(ChainSealed::Broken));
    }
    if chain_on(conn, business).await?.is_some() {
        return Ok(Err(ChainSealed::Busy));
    }
    if last_seal_on(conn, business).await?.is_some() {
        return Ok(Err(ChainSealed::Broken));
    }
    let begun = ChainRow::begun(business, key, command.now);
    let new = diesel::insert_into(audit_chains::table).values(begun).on_conflict_do_nothing();
    let inserted = on!(conn, |c| new.execute(c).await)?;
    Ok(if inserted == 1 { Ok(begun) } else { Err(ChainSealed::Busy) })
}

/// The rows to seal, whether there are more, and the chain as it then looks for others.
async fn rows_on(conn: &mut Conn, chain: ChainRow, command: &SealChain) -> DbResult<(Vec<RowImage>, bool, ChainRow)> {
    let business = command.business_id;
    let fresh = unsealed_on(conn, business, (chain.looked_from(), LAST_ID), command.rows_max).await?;
    let more = full(&fresh, command.rows_max);
    let newest = fresh.last().map_or(FIRST_ID, |row| row.id);
    let chain = chain.looking_from(look_back(newest, command.now));
    if more || !command.sweep {
        return Ok((fresh, more, chain));
    }
    let piece_end = piece_end_on(conn, business, chain.swept_to()).await?;
    let piece = (chain.swept_to(), piece_end.unwrap_or(LAST_ID));
    let swept = unsealed_on(conn, business, piece, command.rows_max).await?;
    let swept_to = match swept.last() {
        Some(last) if full(&swept, command.rows_max) => last.id,
        // At the end it begins again.
        _ => piece_end.unwrap_or(FIRST_ID),
    };
    let chain = chain.swept(swept_to, command.now);
    let rows: BTreeMap<AuditId, RowImage> = swept.into_iter().chain(fresh).map(|row| (row.id, row)).collect();
    Ok((rows.into_values().collect(), false, chain))
}

fn full(rows: &[RowImage], rows_max: u32) -> bool {
    rows.len() >= usize::try_from(rows_max).unwrap_or(usize::MAX)
}

/// The id from which rows are looked for, when `newest` was sealed. Ids of a clock that is ahead do not move it beyond now.
fn look_back(newest: AuditId, now: Timestamp) -> AuditId {
    let millis = u64::try_from(newest.uuid().as_u128() >> 80).unwrap_or(0);
    let millis = millis.min(u64::try_from(now.as_millisecond()).unwrap_or(0)).saturating_sub(LOOK_BACK_MILLIS);
    AuditId::from_uuid(Uuid::from_u128(u128::from(millis) << 80))
}

/// The last row of the piece of the trail after `after`; `None` when the trail ends before.
async fn piece_end_on(conn: &mut Conn, business: BusinessId, after: AuditId) -> DbResult<Option<AuditId>> {
    let end = audit_rows::table
        .filter(audit_rows::business_id.eq(Col(business)))
        .filter(audit_rows::id.gt(Col(after)))
        .order(audit_rows::id)
        .offset(SWEEP_ROWS - 1)
        .limit(1)
        .select(audit_rows::id);
    let end = on!(conn, |c| end.first::<Col<AuditId>>(c).await.optional())?;
    Ok(end.map(|end| end.0))
}

#[derive(Insertable)]
#[diesel(table_name = audit_seals)]
struct SealRow {
    business_id: Col<BusinessId>,
    seq: Col<u32>,
    audit_id: Col<AuditId>,
    key_id: Col<SealKeyId>,
    late: bool,
    mac: Col<SealMac>,
}

async fn seals_insert_in_tx(conn: &mut Conn, seals: &[Seal]) -> DbResult<()> {
    match conn {
        Conn::Pg(conn) if !seals.is_empty() => {
            let all = Unnest::new(
                "INSERT INTO audit_seals (business_id, seq, audit_id, key_id, late, mac) SELECT * FROM",
                "",
            )
            .column::<Uid, _>(seals.iter().map(|seal| Col(seal.business_id)))
            .column::<Whole, _>(seals.iter().map(|seal| Col(seal.seq)))
            .column::<Uid, _>(seals.iter().map(|seal| Col(seal.audit_id)))
            .column::<Bytes, _>(seals.iter().map(|seal| Col(seal.key_id)))
            .column::<Bool, _>(seals.iter().map(|seal| seal.late))
            .column::<Bytes, _>(seals.iter().map(|seal| Col(seal.mac)));
            all.execute_on(conn).await?;
        }
        Conn::Pg(_) => {}
        Conn::Lite(conn) => {
            for seal in seals {
                let row = SealRow {
                    business_id: Col(seal.business_id),
                    seq: Col(seal.seq),
                    audit_id: Col(seal.audit_id),
                    key_id: Col(seal.key_id),
                    late: seal.late,
                    mac: Col(seal.mac),
                };
                diesel::insert_into(audit_seals::table).values(row).execute(&mut **conn).await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_looked_for_two_minutes_back_and_never_ahead_of_now() {
        let id = |millis: u128| AuditId::from_uuid(Uuid::from_u128(millis << 80 | 7));
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        let from = |millis| look_back(id(millis), now).uuid().as_u128() >> 80;
        assert_eq!((from(500_000), from(1_000_000), from(9_000_000)), (380_000, 880_000, 880_000));
        assert_eq!(look_back(FIRST_ID, now), FIRST_ID);
    }
}

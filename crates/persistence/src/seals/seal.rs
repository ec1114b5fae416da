//! One step of sealing in one chain.
//!
//! Whoever seals holds the chain's row; another server passes by. No lock is taken that a change waits for.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::result::Error as Diesel;
use diesel::sql_types::Bool;
use diesel::{Insertable, QueryResult, SqliteConnection};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{AuditId, BusinessId};
use ofektom_domain::ports::{ChainSealed, SealChain, StoreResult};
use ofektom_domain::seal::{ROUND_START, RowImage, Seal, SealKey, SealKeyId, SealMac, chain_extend};
use uuid::Uuid;

use super::chain::{ChainRow, chain_claim_in_tx, chain_on, chain_update_in_tx, last_seal_on, swept_note_in_tx};
use super::keys::SealKeys;
use super::waiting::{Ids, look_back, looked_from, newest_sealed_on, piece_on, unsealed_on};
use crate::effects::Unnest;
use crate::engine::{Bytes, Col, Conn, Db, DbError, DbResult, RawId, Uid, Whole};
use crate::schema::{audit_chains, audit_seals};

/// Rows of the old trail that a sweep looks through in one step.
const SWEEP_ROWS: u32 = 2_000;
/// After every id.
const LAST_ID: AuditId = AuditId::from_uuid(Uuid::max());

pub(super) async fn chain_seal(db: &Db, keys: &SealKeys, command: SealChain) -> StoreResult<ChainSealed> {
    let keys = keys.clone();
    let done = db.write(async move |conn| chain_step_in_tx(conn, &keys, &command).await).await;
    if done.is_err() && command.sweep {
        // The sweep goes on to the other chains. What failed is told by `done`; if this fails as well, there is nothing to add.
        let note = async move |conn: &mut Conn| swept_note_in_tx(conn, command.business_id, command.now).await;
        let _: StoreResult<()> = db.write(note).await;
    }
    done
}

async fn chain_step_in_tx(conn: &mut Conn, keys: &SealKeys, command: &SealChain) -> DbResult<ChainSealed> {
    let (chain, key) = match chain_take_in_tx(conn, keys, command).await? {
        Ok(chain) => chain,
        Err(not) => return Ok(not),
    };
    let found = rows_on(conn, &chain, command).await?;
    let (seals, mut head) = chain_extend(key.as_ref(), chain.head(), &found.rows);
    let sealed = u32::try_from(seals.len()).unwrap_or(u32::MAX);
    seals_insert_in_tx(conn, seals).await?;
    let mut chain = match found.more_after {
        Some(last) => chain.looking_from(last),
        None => chain.looking_from(look_back(newest_on(conn, command.business_id).await?, command.now)),
    };
    if let Some(to) = found.swept {
        head = head.swept(to, command.now);
        chain = chain.swept(command.now);
    }
    chain_update_in_tx(conn, chain.with_head(&head, key.as_ref())).await?;
    Ok(ChainSealed::Sealed { rows: sealed, more: found.more_after.is_some() })
}

/// Takes the chain, begins it if there is none, and looks whether its end is what its head says: nothing is sealed on top of
/// a chain that somebody cut. Gives the key to seal with, too: the one the chain has, or the present one instead of a former.
async fn chain_take_in_tx(
    conn: &mut Conn,
    keys: &SealKeys,
    command: &SealChain,
) -> DbResult<Result<(ChainRow, Arc<dyn SealKey>), ChainSealed>> {
    let business = command.business_id;
    let claimed = match chain_claim_in_tx(conn, business).await {
        // Somebody put in what no chain has.
        Err(DbError::Query(Diesel::DeserializationError(_))) => {
            swept_note_in_tx(conn, business, command.now).await?;
            return Ok(Err(ChainSealed::Broken));
        }
        claimed => claimed?,
    };
    if let Some(chain) = claimed {
        let head = chain.head();
        let end = last_seal_on(conn, business).await?.unwrap_or((0, SealMac::NONE));
        let holds = |key: &&Arc<dyn SealKey>| chain.is_of(key.as_ref()) && end == (head.sealed, head.mac);
        if let Some(key) = keys.of(head.key_id).filter(holds) {
            let present = &keys.present;
            return Ok(Ok(if keys.is_former(head.key_id) {
                (chain.with_head(&head.accepted(present.id()), present.as_ref()), Arc::clone(present))
            } else {
                (chain, Arc::clone(key))
            }));
        }
        // The sweep goes on to the other chains.
        swept_note_in_tx(conn, business, command.now).await?;
        return Ok(Err(ChainSealed::Broken));
    }
    // The seals before the chain: another server that begins it in this moment commits both at once, so whoever sees its seals
    // sees its chain afterwards. Seals without a chain are what somebody left who took the chain away.
    let sealed = last_seal_on(conn, business).await?.is_some();
    if chain_on(conn, business).await?.is_some() {
        return Ok(Err(ChainSealed::Busy));
    }
    if sealed {
        return Ok(Err(ChainSealed::Broken));
    }
    let key = Arc::clone(&keys.present);
    let begun = ChainRow::begun(business, key.as_ref(), command.now);
    let new = diesel::insert_into(audit_chains::table).values(begun).on_conflict_do_nothing();
    let inserted = on!(conn, |c| new.execute(c).await)?;
    Ok(if inserted == 1 { Ok((begun, key)) } else { Err(ChainSealed::Busy) })
}

/// What a step found.
struct Found {
    /// The rows to seal.
    rows: Vec<RowImage>,
    /// The last of them, when more new ones may follow.
    more_after: Option<AuditId>,
    /// When a piece of the round was looked through: up to which id, or to the end of the trail.
    swept: Option<Option<AuditId>>,
}

async fn rows_on(conn: &mut Conn, chain: &ChainRow, command: &SealChain) -> DbResult<Found> {
    let from = looked_from(chain.looked_from(), command.now);
    let fresh = images_on(conn, command, (from, LAST_ID)).await?;
    if let Some(last) = full(&fresh, command.rows_max) {
        return Ok(Found { rows: fresh, more_after: Some(last), swept: None });
    }
    if !command.sweep {
        return Ok(Found { rows: fresh, more_after: None, swept: None });
    }
    let after = chain.head().swept_to;
    let piece = piece_on(conn, command.business_id, Some(&RawId::of(after)), Ids::Made, SWEEP_ROWS).await?;
    let last = piece.as_ref().and_then(|piece| piece.last.0.id());
    let swept = match last {
        Some(last) => images_on(conn, command, (after, last)).await?,
        None => Vec::new(),
    };
    // At the end it begins again.
    let piece_end = last.filter(|_| piece.is_some_and(|piece| piece.found.0 == SWEEP_ROWS));
    let to = full(&swept, command.rows_max).or(piece_end);
    let rows: BTreeMap<AuditId, RowImage> = swept.into_iter().chain(fresh).map(|row| (row.id, row)).collect();
    Ok(Found { rows: rows.into_values().collect(), more_after: None, swept: Some(to) })
}

/// Rows without a seal between two ids, as many as a step takes.
async fn images_on(conn: &mut Conn, command: &SealChain, (after, to): (AuditId, AuditId)) -> DbResult<Vec<RowImage>> {
    let (business, range) = (command.business_id, (RawId::of(after), RawId::of(to)));
    let rows = unsealed_on(conn, business, (Some(&range.0), &range.1), Ids::Made, command.rows_max).await?;
    Ok(rows.into_iter().filter_map(|row| row.image(business)).collect())
}

/// The last of the rows, when they are as many as a step takes.
fn full(rows: &[RowImage], rows_max: u32) -> Option<AuditId> {
    let full = rows.len() >= usize::try_from(rows_max).unwrap_or(usize::MAX);
    rows.last().filter(|_| full).map(|row| row.id)
}

/// The newest sealed row. One that cannot be is as one of a clock that is ahead.
async fn newest_on(conn: &mut Conn, business: BusinessId) -> DbResult<AuditId> {
    let newest = newest_sealed_on(conn, business).await?;
    Ok(newest.map_or(ROUND_START, |newest| newest.id().unwrap_or(LAST_ID)))
}

#[derive(Insertable)]
#[diesel(table_name = audit_seals, treat_none_as_default_value = false)]
struct SealRow {
    business_id: Col<BusinessId>,
    seq: Col<u32>,
    audit_id: Col<AuditId>,
    key_id: Col<SealKeyId>,
    late: bool,
    mac: Col<SealMac>,
}

async fn seals_insert_in_tx(conn: &mut Conn, seals: Vec<Seal>) -> DbResult<()> {
    if seals.is_empty() {
        return Ok(());
    }
    match conn {
        Conn::Pg(conn) => {
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
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| seals_insert_lite(conn, &seals)).await?,
    }
    Ok(())
}

/// Row by row, but in one hop to the thread of the connection.
fn seals_insert_lite(conn: &mut SqliteConnection, seals: &[Seal]) -> QueryResult<()> {
    for seal in seals {
        let row = SealRow {
            business_id: Col(seal.business_id),
            seq: Col(seal.seq),
            audit_id: Col(seal.audit_id),
            key_id: Col(seal.key_id),
            late: seal.late,
            mac: Col(seal.mac),
        };
        diesel::RunQueryDsl::execute(diesel::insert_into(audit_seals::table).values(row), conn)?;
    }
    Ok(())
}

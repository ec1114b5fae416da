//! Taking imports to be carried out: one at a time for each who works on them, with a lease, so that what a server began that
//! is gone another one begins anew. It looks over all businesses, as only what runs in the background may.

use std::net::IpAddr;

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, ImportId, ImportRunId};
use ofektom_domain::import::{Import, ImportStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{ClaimedImport, ImportTurn, StoreError, StoreResult};
use serde_json::Value;

use super::row::ImportRow;
use super::waiting::rows_of;
use crate::engine::{Col, Conn, Db, DbError, DbResult};
use crate::schema::imports;

/// The waiting rows, the circumstances, and how often it was begun.
type Kept = (Option<Col<Value>>, Col<Role>, Option<Col<IpAddr>>, Option<String>, Col<u32>);

/// How often to look for another one when somebody else was quicker.
const CLAIMS_MAX: u32 = 5;

pub(super) async fn import_claim(
    db: &Db,
    run: ImportRunId,
    now: Timestamp,
    leased_until: Timestamp,
) -> StoreResult<Option<ClaimedImport>> {
    for _ in 0..CLAIMS_MAX {
        // Looked for outside of a transaction: most of the time there is none, and then nothing is locked.
        let next = db.read(async move |conn| next_on(conn, now).await).await?;
        let Some(key) = next else { return Ok(None) };
        let claimed = claimed(db, key, run, now, leased_until).await?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
    Ok(None)
}

/// Takes one import, unless another one was quicker.
async fn claimed(
    db: &Db,
    key: (BusinessId, ImportId),
    run: ImportRunId,
    now: Timestamp,
    leased_until: Timestamp,
) -> StoreResult<Option<ClaimedImport>> {
    db.write(async move |conn| {
        // Of two who take it at once, the update finds it free once.
        let free = imports::table
            .find((Col(key.0), Col(key.1)))
            .filter(imports::finished_at.is_null())
            .filter(imports::leased_until.is_null().or(imports::leased_until.lt(Some(Col(now)))));
        let taken = (
            imports::status.eq(Col(ImportStatus::Running)),
            imports::rows_done.eq(Col(0_u32)),
            imports::runner.eq(Some(Col(run))),
            imports::leased_until.eq(Some(Col(leased_until))),
        );
        if on!(conn, |c| diesel::update(free).set(taken).execute(c).await)? == 0 {
            return Ok(None);
        }
        let it = imports::table.find((Col(key.0), Col(key.1)));
        let (waiting, role, address, request_id, attempts) = on!(conn, |c| it
            .select((imports::waiting, imports::role, imports::address, imports::request_id, imports::attempts))
            .first::<Kept>(c)
            .await)?;
        let attempts = attempts.0 + 1;
        on!(conn, |c| diesel::update(it).set(imports::attempts.eq(Col(attempts))).execute(c).await)?;
        let row = on!(conn, |c| it.select(ImportRow::as_select()).first::<ImportRow>(c).await)?;
        let waiting = waiting.ok_or_else(|| DbError::Corrupt("an unfinished import without rows".to_owned()))?;
        Ok(Some(ClaimedImport {
            import: Import::try_from(row)?,
            rows: rows_of(waiting.0)?,
            role: role.0,
            address: address.map(|address| address.0),
            request_id: request_id.map(Into::into),
            attempts,
        }))
    })
    .await
}

async fn next_on(conn: &mut Conn, now: Timestamp) -> DbResult<Option<(BusinessId, ImportId)>> {
    let found = on!(conn, |c| imports::table
        .filter(imports::finished_at.is_null())
        .filter(imports::leased_until.is_null().or(imports::leased_until.lt(Some(Col(now)))))
        .order(imports::created_at)
        .select((imports::business_id, imports::id))
        .first::<(Col<BusinessId>, Col<ImportId>)>(c)
        .await
        .optional())?;
    Ok(found.map(|(business, id)| (business.0, id.0)))
}

pub(super) async fn import_progress(
    db: &Db,
    turn: ImportTurn,
    rows_done: u32,
    leased_until: Timestamp,
) -> StoreResult<()> {
    db.write(async move |conn| {
        let it = imports::table
            .find((Col(turn.business_id), Col(turn.import_id)))
            .filter(imports::runner.eq(Some(Col(turn.run))))
            .filter(imports::finished_at.is_null());
        let come = (imports::rows_done.eq(Col(rows_done)), imports::leased_until.eq(Some(Col(leased_until))));
        match on!(conn, |c| diesel::update(it).set(come).execute(c).await)? {
            0 => Err(StoreError::NotFound.into()),
            _ => Ok(()),
        }
    })
    .await
}

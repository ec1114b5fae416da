//! How an import ends.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::ImportRunId;
use ofektom_domain::import::{ImportCounts, ImportStatus, RowError};
use ofektom_domain::ports::{ImportTurn, StoreError, StoreResult};
use serde_json::Value;

use super::row::errors_value;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::imports;

/// Ends an import well. `NotFound` when it is another one's turn, so that nothing of this transaction stays.
pub(super) async fn import_complete_in_tx(
    conn: &mut Conn,
    turn: ImportTurn,
    counts: ImportCounts,
    now: Timestamp,
) -> DbResult<()> {
    let it = imports::table
        .find((Col(turn.business_id), Col(turn.import_id)))
        .filter(imports::runner.eq(Some(Col(turn.run))))
        .filter(imports::finished_at.is_null());
    let done = (
        imports::status.eq(Col(ImportStatus::Completed)),
        imports::rows_done.eq(imports::rows_total),
        imports::customers_registered.eq(Col(counts.customers_registered)),
        imports::cards_opened.eq(Col(counts.cards_opened)),
        imports::already_there.eq(Col(counts.already_there)),
        imports::waiting.eq(None::<Col<Value>>),
        imports::runner.eq(None::<Col<ImportRunId>>),
        imports::leased_until.eq(None::<Col<Timestamp>>),
        imports::finished_at.eq(Some(Col(now))),
    );
    match on!(conn, |c| diesel::update(it).set(done).execute(c).await)? {
        0 => Err(StoreError::NotFound.into()),
        _ => Ok(()),
    }
}

pub(super) async fn import_fail(db: &Db, turn: ImportTurn, errors: Vec<RowError>, now: Timestamp) -> StoreResult<()> {
    db.write(async move |conn| {
        let it = imports::table
            .find((Col(turn.business_id), Col(turn.import_id)))
            .filter(imports::runner.eq(Some(Col(turn.run))))
            .filter(imports::finished_at.is_null());
        let failed = (
            imports::status.eq(Col(ImportStatus::Failed)),
            imports::errors.eq(Col(errors_value(&errors)?)),
            imports::waiting.eq(None::<Col<Value>>),
            imports::runner.eq(None::<Col<ImportRunId>>),
            imports::leased_until.eq(None::<Col<Timestamp>>),
            imports::finished_at.eq(Some(Col(now))),
        );
        match on!(conn, |c| diesel::update(it).set(failed).execute(c).await)? {
            0 => Err(StoreError::NotFound.into()),
            _ => Ok(()),
        }
    })
    .await
}

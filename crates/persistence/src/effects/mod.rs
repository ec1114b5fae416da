//! Writing what was decided: the rows of one decision, or of all decisions of a batch.
//!
//! On PostgreSQL a batch costs one statement a table and one round trip, on SQLite one hop to a blocking thread. The caller holds the
//! lock of every card that is written, and of the cash of every collector whose cash moves.

mod among;
mod batch;
mod lite;
mod pg;
mod unnest;

use diesel::QueryResult;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::result::Error as Diesel;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::effects::Effects;

use self::batch::{Batch, Reversed};
use crate::engine::{Col, Conn, DbResult};
use crate::idempotency::{KeptAnswerRow, all_kept};
use crate::payouts::payment_request_write_in_tx;
use crate::rounds::round_write_in_tx;
use crate::schema::contributions;

pub(crate) use among::Among;
pub(crate) use unnest::Unnest;

/// Writes all rows of all effects. Of a card that occurs several times only the last state is written.
pub(crate) async fn effects_write_in_tx(conn: &mut Conn, effects: Vec<Effects>) -> DbResult<()> {
    effects_and_answers_write_in_tx(conn, effects, Vec::new()).await
}

/// The same with the answers to the requests that had these effects, at no further round trip. `IdempotencyInProgress` when
/// one of their keys was stored meanwhile.
pub(crate) async fn effects_and_answers_write_in_tx(
    conn: &mut Conn,
    effects: Vec<Effects>,
    answers: Vec<KeptAnswerRow>,
) -> DbResult<()> {
    let mut batch = Batch::of(effects);
    for request in std::mem::take(&mut batch.payment_requests) {
        payment_request_write_in_tx(conn, request).await?;
    }
    for round in std::mem::take(&mut batch.rounds) {
        round_write_in_tx(conn, round).await?;
    }
    for reversed in &batch.reversed {
        reversed_mark_in_tx(conn, reversed).await?;
    }
    let wanted = answers.len();
    let stored = match conn {
        Conn::Pg(conn) => pg::batch_write_in_tx(conn, &batch, answers).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lite::batch_write_in_tx(conn, batch, answers)).await?,
    };
    all_kept(stored, wanted)
}

async fn reversed_mark_in_tx(conn: &mut Conn, reversed: &Reversed) -> DbResult<()> {
    let standing = contributions::table
        .find((Col(reversed.business_id), Col(reversed.original)))
        .filter(contributions::reversed_by.is_null());
    let by = contributions::reversed_by.eq(Some(Col(reversed.reversal)));
    let rows = on!(conn, |c| diesel::update(standing).set(by).execute(c).await)?;
    Ok(all_changed(rows, 1)?)
}

/// An update that misses a row means that the state decided on was not the stored one: nothing may be written then.
pub(crate) fn all_changed(rows: usize, wanted: usize) -> QueryResult<()> {
    if rows == wanted { Ok(()) } else { Err(Diesel::NotFound) }
}

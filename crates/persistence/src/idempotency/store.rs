//! Finding, storing and forgetting answers.

use std::collections::HashMap;

use diesel::QueryResult;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::{Binary, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use jiff::Timestamp;
use ofektom_domain::idempotency::{IdempotencyKey, KEPT_HOURS};
use ofektom_domain::ids::UserId;
use ofektom_domain::ports::{StoreError, StoreResult};

use super::row::{KeptAnswer, KeptAnswerRow};
use super::{forgotten_before, lite};
use crate::effects::{Among, Unnest};
use crate::engine::{Bytes, Col, Conn, Db, DbResult, Instant, Uid, Whole};
use crate::schema::idempotency_keys as keys;

/// Rows deleted at once, so that a clean-up never holds the database up.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// The stored answers of some callers' keys.
pub(crate) async fn kept_answers_on(
    conn: &mut Conn,
    wanted: Vec<(UserId, IdempotencyKey)>,
    now: Timestamp,
) -> DbResult<HashMap<(UserId, IdempotencyKey), KeptAnswer>> {
    let rows = match conn {
        Conn::Pg(conn) => kept_answers_pg(conn, &wanted, now).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lite::kept_answers_lite(conn, &wanted, now)).await?,
    };
    kept_answers(rows)
}

/// What the rows say.
pub(crate) fn kept_answers(rows: Vec<KeptAnswerRow>) -> DbResult<HashMap<(UserId, IdempotencyKey), KeptAnswer>> {
    rows.into_iter().map(KeptAnswerRow::into_kept).collect()
}

/// The statement of [`kept_answers_on`] on PostgreSQL, which may be one of several on their way.
pub(crate) async fn kept_answers_pg(
    mut conn: &AsyncPgConnection,
    wanted: &[(UserId, IdempotencyKey)],
    now: Timestamp,
) -> QueryResult<Vec<KeptAnswerRow>> {
    let pairs = Among::new("(idempotency_keys.caller_id, idempotency_keys.key)")
        .column::<Uid, _>(wanted.iter().map(|(caller, _)| Col(*caller)))
        .column::<Text, _>(wanted.iter().map(|(_, key)| key.as_str()));
    let kept = keys::created_at.ge(Col(forgotten_before(now)));
    let query = keys::table.filter(pairs).filter(kept).select(KeptAnswerRow::as_select());
    query.load::<KeptAnswerRow>(&mut conn).await
}

/// Stores answers, in place of forgotten ones if need be. `IdempotencyInProgress` when one of the keys was stored
/// meanwhile.
pub(crate) async fn answers_keep_in_tx(conn: &mut Conn, rows: Vec<KeptAnswerRow>) -> DbResult<()> {
    let wanted = rows.len();
    let stored = match conn {
        Conn::Pg(conn) => answers_insert_pg(conn, rows).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lite::answers_insert(conn, rows)).await?,
    };
    all_kept(stored, wanted)
}

/// Whether every answer was stored; otherwise one of the keys was stored meanwhile.
pub(crate) fn all_kept(stored: usize, wanted: usize) -> DbResult<()> {
    if stored == wanted { Ok(()) } else { Err(StoreError::IdempotencyInProgress.into()) }
}

/// The statement of [`answers_keep_in_tx`] on PostgreSQL, which may be one of several on their way.
pub(crate) async fn answers_insert_pg(conn: &AsyncPgConnection, mut rows: Vec<KeptAnswerRow>) -> QueryResult<usize> {
    // In one order, so that two who store the same keys never wait for each other in a circle.
    rows.sort_unstable_by(|a, b| (a.caller_id.0, &a.key).cmp(&(b.caller_id.0, &b.key)));
    insert_many(&rows).execute_on(conn).await
}

const _: () = assert!(KEPT_HOURS == 72, "the statement below says 72 hours");

fn insert_many(rows: &[KeptAnswerRow]) -> Unnest<'_> {
    Unnest::new(
        "INSERT INTO idempotency_keys AS kept
             (caller_id, key, request_hash, answer_status, answer_location, answer_body, created_at)
         SELECT * FROM",
        "ON CONFLICT (caller_id, key) DO UPDATE SET
             request_hash = excluded.request_hash, answer_status = excluded.answer_status,
             answer_location = excluded.answer_location, answer_body = excluded.answer_body,
             created_at = excluded.created_at
         WHERE kept.created_at < excluded.created_at - interval '72 hours'",
    )
    .column::<Uid, _>(rows.iter().map(|row| row.caller_id))
    .column::<Text, _>(rows.iter().map(|row| row.key.as_str()))
    .column::<Bytes, _>(rows.iter().map(|row| row.request_hash))
    .column::<Whole, _>(rows.iter().map(|row| row.answer_status))
    .column::<Nullable<Text>, _>(rows.iter().map(|row| row.answer_location.as_deref()))
    .column::<Binary, _>(rows.iter().map(|row| row.answer_body.as_slice()))
    .column::<Instant, _>(rows.iter().map(|row| row.created_at))
}

/// Deletes answers that are not kept any longer, a part at a time, and gives how many.
pub(crate) async fn answers_forget(db: &Db, now: Timestamp) -> StoreResult<usize> {
    let mut forgotten = 0;
    loop {
        let (part, more) = db.write(async move |conn| answers_forget_in_tx(conn, forgotten_before(now)).await).await?;
        forgotten += part;
        if !more {
            return Ok(forgotten);
        }
    }
}

/// Deletes the oldest answers stored before an instant, and says whether there are more.
async fn answers_forget_in_tx(conn: &mut Conn, before: Timestamp) -> DbResult<(usize, bool)> {
    let old = keys::table.filter(keys::created_at.lt(Col(before)));
    let next = old.select(keys::created_at).order(keys::created_at).offset(FORGOTTEN_AT_ONCE);
    let last = on!(conn, |c| next.first::<Col<Timestamp>>(c).await.optional())?;
    let rows = match last {
        // Those stored at the same instant go along, so each part gets on.
        Some(last) => {
            let part = keys::table.filter(keys::created_at.le(last));
            on!(conn, |c| diesel::delete(part).execute(c).await)?
        }
        None => on!(conn, |c| diesel::delete(old).execute(c).await)?,
    };
    Ok((rows, last.is_some()))
}

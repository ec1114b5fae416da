//! Finding and storing many answers on SQLite: synchronous statements, all in one hop to a blocking thread.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};
use jiff::Timestamp;
use ofektom_domain::idempotency::IdempotencyKey;
use ofektom_domain::ids::UserId;

use super::forgotten_before;
use super::row::KeptAnswerRow;
use crate::engine::Col;
use crate::schema::idempotency_keys as keys;

pub(crate) fn kept_answers_lite(
    conn: &mut SqliteConnection,
    wanted: &[(UserId, IdempotencyKey)],
    now: Timestamp,
) -> QueryResult<Vec<KeptAnswerRow>> {
    let mut rows = Vec::new();
    for (caller, key) in wanted {
        let answer = keys::table.find((Col(*caller), key.as_str())).select(KeptAnswerRow::as_select());
        rows.extend(answer.first::<KeptAnswerRow>(conn).optional()?);
    }
    rows.retain(|row| row.created_at.0 >= forgotten_before(now));
    Ok(rows)
}

pub(crate) fn answers_insert(conn: &mut SqliteConnection, rows: Vec<KeptAnswerRow>) -> QueryResult<usize> {
    let mut stored = 0;
    for row in rows {
        let forgotten = keys::created_at.lt(Col(forgotten_before(row.created_at.0)));
        let insert =
            diesel::insert_into(keys::table).values(row).on_conflict((keys::caller_id, keys::key)).do_update().set((
                keys::request_hash.eq(excluded(keys::request_hash)),
                keys::answer_status.eq(excluded(keys::answer_status)),
                keys::answer_location.eq(excluded(keys::answer_location)),
                keys::answer_body.eq(excluded(keys::answer_body)),
                keys::created_at.eq(excluded(keys::created_at)),
            ));
        stored += FilterDsl::filter(insert, forgotten).execute(conn)?;
    }
    Ok(stored)
}

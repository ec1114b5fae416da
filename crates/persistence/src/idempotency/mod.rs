//! Exactly-once requests: the answer is stored in the transaction of the effect, under the caller's key.
//!
//! A unit of work first locks what it will change and then looks for a stored answer, so of two requests with one key
//! on one card the second finds the answer of the first. Two that lock different cards may both find none; then one of
//! them fails to store its answer, is undone, and looks again.

mod lite;
mod row;
mod store;

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use ofektom_domain::idempotency::{Answer, Idempotency, KEPT_HOURS, StoredAnswer};
use ofektom_domain::ports::{StoreError, StoreResult};

use crate::engine::{Conn, Db, DbResult, Work};

pub(crate) use lite::{answers_insert, kept_answers_lite};
pub(crate) use row::{KeptAnswer, KeptAnswerRow};
pub(crate) use store::{
    all_kept, answers_forget, answers_insert_pg, answers_keep_in_tx, kept_answers, kept_answers_on, kept_answers_pg,
};

/// Answers stored before this instant are forgotten, and their keys may be used anew.
pub(crate) fn forgotten_before(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT_HOURS.hours()).unwrap_or(Timestamp::MIN)
}

/// Runs an exactly-once write. When another request stored an answer under the same key meanwhile, it is run once more
/// and finds that answer.
pub(crate) async fn exactly_once<T: Send + 'static>(db: &Db, work: impl Work<T>) -> StoreResult<T> {
    match db.write(work.clone()).await {
        Err(StoreError::IdempotencyInProgress) => db.write(work).await,
        done => done,
    }
}

/// The stored answer to this request, if there is one.
pub(crate) async fn replay_on<O>(
    conn: &mut Conn,
    idempotency: &Idempotency<O>,
    now: Timestamp,
) -> DbResult<Option<StoredAnswer>> {
    let kept = kept_answers_on(conn, vec![(idempotency.caller, idempotency.key.clone())], now).await?;
    match kept.into_values().next() {
        Some(kept) => kept.answer_to(idempotency.request_hash).map(Some).map_err(Into::into),
        None => Ok(None),
    }
}

/// Stores the answer of an outcome.
pub(crate) async fn answer_keep_in_tx<O>(
    conn: &mut Conn,
    idempotency: &Idempotency<O>,
    outcome: O,
    now: Timestamp,
) -> DbResult<Answer<O>> {
    let stored = (Arc::clone(&idempotency.render))(&outcome);
    let row = KeptAnswerRow::new(
        (idempotency.caller, &idempotency.key),
        KeptAnswer { hash: idempotency.request_hash, answer: stored.clone() },
        now,
    );
    answers_keep_in_tx(conn, vec![row]).await?;
    Ok(Answer::Fresh { outcome, stored })
}

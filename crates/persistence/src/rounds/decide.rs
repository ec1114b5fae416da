//! Accepting a round, or giving it back.

use diesel::prelude::{OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, RoundId};
use ofektom_domain::ports::{DecideRound, RoundDecision, StoreError, StoreResult};
use ofektom_domain::round::{Round, accept_decide, reopen_decide};

use super::cash_lock_in_tx;
use super::row::RoundRow;
use crate::effects::effects_write_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::schema::rounds;

pub(super) async fn round_decide(
    db: &Db,
    command: DecideRound,
    idempotency: Idempotency<Round>,
) -> StoreResult<Answer<Round>> {
    exactly_once(db, async move |conn| {
        let (business, id, context) = (command.business_id, command.round_id, &command.context);
        // The first read only tells whose cash to hold; the second one, with it held, is final.
        let seen = round_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        let key = (business, seen.collector_id);
        let closed_until = cash_lock_in_tx(conn, key).await?.ok_or(StoreError::NotFound)?;
        if let Some(stored) = replay_on(conn, &idempotency, context.now).await? {
            return Ok(Answer::Replayed(stored));
        }
        let round = round_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        let (round, effects) = match &command.decision {
            RoundDecision::Accept(acceptance) => accept_decide(&round, *acceptance, context)?,
            RoundDecision::Reopen { reason } => {
                reopen_decide(&round, closed_until == Some(round.date), reason, context)?
            }
        };
        effects_write_in_tx(conn, vec![effects]).await?;
        answer_keep_in_tx(conn, &idempotency, round, context.now).await
    })
    .await
}

async fn round_on(conn: &mut Conn, business: BusinessId, id: RoundId) -> DbResult<Option<Round>> {
    let it = rounds::table.find((Col(business), Col(id)));
    let found = on!(conn, |c| it.select(RoundRow::as_select()).first::<RoundRow>(c).await.optional())?;
    Ok(found.map(Round::from))
}

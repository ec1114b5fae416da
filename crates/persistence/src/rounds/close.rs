//! Closing a round.

use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{CloseRoundIn, StoreError, StoreResult};
use ofektom_domain::round::{Round, close_decide};

use super::{cash_lock_in_tx, purses_on};
use crate::effects::effects_write_in_tx;
use crate::engine::Db;
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::notifications::members_who_may_on;

pub(super) async fn round_close(
    db: &Db,
    command: CloseRoundIn,
    idempotency: Idempotency<Round>,
) -> StoreResult<Answer<Round>> {
    exactly_once(db, async move |conn| {
        let (business, context) = (command.business_id, &command.context);
        cash_lock_in_tx(conn, (business, context.actor)).await?.ok_or(StoreError::NotFound)?;
        if let Some(stored) = replay_on(conn, &idempotency, context.now).await? {
            return Ok(Answer::Replayed(stored));
        }
        let purses = purses_on(conn, (business, Some(context.actor)), command.close.date).await?;
        let purse = purses.get(&context.actor).map(|state| state.purse).unwrap_or_default();
        let told = members_who_may_on(conn, business, Verb::RoundAccept).await?;
        let (round, effects) = close_decide(business, &command.close, purse, &told, context)?;
        effects_write_in_tx(conn, vec![effects]).await?;
        answer_keep_in_tx(conn, &idempotency, round, context.now).await
    })
    .await
}

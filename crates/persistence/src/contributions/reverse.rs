//! Reversing a contribution.

use diesel::prelude::{OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::{Contribution, ContributionReceipt, reversal_decide};
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ContributionId, SavingsAccountId};
use ofektom_domain::ports::{ReverseContribution, StoreError, StoreResult};

use super::read::live_markings_on;
use super::row::ContributionRow;
use crate::effects::effects_write_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::rounds::cash_locks_in_tx;
use crate::savings::card_lock_in_tx;
use crate::schema::contributions;

pub(super) async fn contribution_reverse(
    db: &Db,
    command: ReverseContribution,
    idempotency: Idempotency<ContributionReceipt>,
) -> StoreResult<Answer<ContributionReceipt>> {
    exactly_once(db, async move |conn| {
        let (business, id, now) = (command.business_id, command.contribution_id, command.context.now);
        let card = card_of_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        let card = card_lock_in_tx(conn, (business, card)).await?.ok_or(StoreError::NotFound)?;
        if let Some(stored) = replay_on(conn, &idempotency, now).await? {
            return Ok(Answer::Replayed(stored));
        }
        // Read with the card locked: only now is it certain that nobody else is reversing it.
        let original = contribution_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        let live = live_markings_on(conn, (business, card.id)).await?;
        let collector = (business, original.collected_by);
        // Also when he has left: what he collected can still be wrong.
        let cash = cash_locks_in_tx(conn, vec![collector]).await?.remove(&collector).unwrap_or_default();
        let (receipt, effects) =
            reversal_decide(&card, &original, &live, &command.request, cash.closed_until, &command.context)?;
        effects_write_in_tx(conn, vec![effects]).await?;
        answer_keep_in_tx(conn, &idempotency, receipt, now).await
    })
    .await
}

async fn card_of_on(conn: &mut Conn, business: BusinessId, id: ContributionId) -> DbResult<Option<SavingsAccountId>> {
    let contribution = contributions::table.find((Col(business), Col(id)));
    let card = contribution.select(contributions::savings_account_id);
    Ok(on!(conn, |c| card.first::<Col<SavingsAccountId>>(c).await.optional())?.map(|card| card.0))
}

async fn contribution_on(conn: &mut Conn, business: BusinessId, id: ContributionId) -> DbResult<Option<Contribution>> {
    let found = on!(conn, |c| contributions::table
        .find((Col(business), Col(id)))
        .select(ContributionRow::as_select())
        .first::<ContributionRow>(c)
        .await
        .optional())?;
    Ok(found.map(Contribution::from))
}

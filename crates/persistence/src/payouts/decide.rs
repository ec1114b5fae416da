//! Deciding on a payment request.

use diesel::dsl::exists;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, PaymentRequestId, UserId};
use ofektom_domain::payout::{DisburseMethod, PaymentRequest, PayoutDecision, PayoutFacts, payout_decide as decide};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{DecidePayout, StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::row::PaymentRequestRow;
use crate::effects::effects_write_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::notifications::members_who_may_on;
use crate::rounds::cash_locks_in_tx;
use crate::savings::{CardKey, card_lock_in_tx};
use crate::schema::{contributions, payment_requests};

pub(super) async fn payout_decide(
    db: &Db,
    command: DecidePayout,
    idempotency: Idempotency<PaymentRequest>,
) -> StoreResult<Answer<PaymentRequest>> {
    exactly_once(db, async move |conn| {
        let (business, id, context) = (command.business_id, command.payment_request_id, &command.context);
        // The first read only tells which card to lock: whoever decides holds the card, so the second one is final.
        let seen = request_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        let key = (business, seen.savings_account_id);
        let card = card_lock_in_tx(conn, key).await?.ok_or(StoreError::NotFound)?;
        if let Some(stored) = replay_on(conn, &idempotency, context.now).await? {
            return Ok(Answer::Replayed(stored));
        }
        let request = request_on(conn, business, id).await?.ok_or(StoreError::NotFound)?;
        // Asked only where the policy cares.
        let actor_collected =
            command.policy.four_eyes_above.is_some() && has_collected_on(conn, key, context.actor).await?;
        // A withdrawal alone is told to them.
        let deciders = match command.decision {
            PayoutDecision::Cancel => members_who_may_on(conn, business, Verb::PayoutDecide).await?,
            PayoutDecision::Approve
            | PayoutDecision::Reject { .. }
            | PayoutDecision::Disburse { .. }
            | PayoutDecision::Fail { .. } => Vec::new(),
        };
        let closed_until = match command.decision {
            PayoutDecision::Disburse { method: DisburseMethod::Cash, paid_by, .. } => {
                let payer = (business, paid_by.unwrap_or(context.actor));
                let cash = cash_locks_in_tx(conn, vec![payer]).await?.remove(&payer).filter(|cash| !cash.stopped);
                match (cash, paid_by) {
                    (Some(cash), _) => cash.closed_until,
                    (None, None) => return Err(Refusal::Forbidden.into()),
                    (None, Some(_)) => {
                        let message = "must be somebody who works for the business";
                        return Err(Refusal::field("paid_by", "unknown", message).into());
                    }
                }
            }
            PayoutDecision::Disburse { method: DisburseMethod::BankTransfer, .. }
            | PayoutDecision::Approve
            | PayoutDecision::Cancel
            | PayoutDecision::Reject { .. }
            | PayoutDecision::Fail { .. } => None,
        };
        let facts = PayoutFacts { policy: &command.policy, actor_collected, closed_until, deciders: &deciders };
        let (request, effects) = decide(&request, &card, &command.decision, facts, context)?;
        effects_write_in_tx(conn, vec![effects]).await?;
        answer_keep_in_tx(conn, &idempotency, request, context.now).await
    })
    .await
}

async fn request_on(conn: &mut Conn, business: BusinessId, id: PaymentRequestId) -> DbResult<Option<PaymentRequest>> {
    let found = on!(conn, |c| payment_requests::table
        .find((Col(business), Col(id)))
        .select(PaymentRequestRow::as_select())
        .first::<PaymentRequestRow>(c)
        .await
        .optional())?;
    found.map(PaymentRequest::try_from).transpose()
}

/// Whether a person ever collected on a card, reversed or not.
async fn has_collected_on(conn: &mut Conn, (business, card): CardKey, person: UserId) -> DbResult<bool> {
    let collected = contributions::table
        .filter(contributions::business_id.eq(Col(business)))
        .filter(contributions::savings_account_id.eq(Col(card)))
        .filter(contributions::collected_by.eq(Col(person)));
    Ok(on!(conn, |c| diesel::select(exists(collected)).get_result::<bool>(c).await)?)
}

//! Filing a payment request.

use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::payout::{DestinationChoice, PaymentRequest, file_decide};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{FilePayoutOn, StoreError, StoreResult};

use crate::bank_accounts::bank_account_by_id_on;
use crate::effects::effects_write_in_tx;
use crate::engine::Db;
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::notifications::members_who_may_on;
use crate::savings::card_lock_in_tx;

pub(super) async fn payout_file(
    db: &Db,
    command: FilePayoutOn,
    idempotency: Idempotency<PaymentRequest>,
) -> StoreResult<Answer<PaymentRequest>> {
    exactly_once(db, async move |conn| {
        let (context, wanted) = (&command.context, &command.request);
        let key = (command.business_id, command.savings_account_id);
        let card = card_lock_in_tx(conn, key).await?.ok_or(StoreError::NotFound)?;
        if let Some(stored) = replay_on(conn, &idempotency, context.now).await? {
            return Ok(Answer::Replayed(stored));
        }
        let bank_account = match wanted.destination {
            DestinationChoice::Cash => None,
            DestinationChoice::BankAccount(id) => bank_account_by_id_on(conn, card.customer_id, id).await?,
        };
        let deciders = members_who_may_on(conn, command.business_id, Verb::PayoutDecide).await?;
        let (request, effects) =
            file_decide(&card, wanted, bank_account.as_ref(), &command.policy, &deciders, context)?;
        effects_write_in_tx(conn, vec![effects]).await?;
        answer_keep_in_tx(conn, &idempotency, request, context.now).await
    })
    .await
}

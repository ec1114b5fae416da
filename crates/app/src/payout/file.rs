//! Filing a payment request.

use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DestinationChoice, FilePayout, PaymentRequest};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::FilePayoutOn;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::idempotency::IdempotencyInput;
use crate::input::text_check_optional;

/// A payment request to file.
#[derive(Clone, Debug)]
pub struct PayoutInput {
    /// Where the money is to go.
    pub destination: DestinationChoice,
    /// The amount; the whole balance when not given.
    pub amount: Option<Money>,
    /// Why it is filed on the customer's behalf.
    pub reason: Option<String>,
}

impl App {
    /// Files a payment request on a completed card: the customer himself, or the business on his behalf with a reason.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::payout::file_decide`] and of the idempotency key; [`crate::AppError::Forbidden`],
    /// [`crate::AppError::NotFound`].
    pub async fn payout_file(
        &self,
        caller: &Caller,
        card: SavingsAccountId,
        input: PayoutInput,
        idempotency: IdempotencyInput<PaymentRequest>,
    ) -> AppResult<Answer<PaymentRequest>> {
        let reason = text_check_optional("reason", input.reason.as_deref(), 3)?;
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let place = self.place_for_write(caller, card).await?;
        let grant = self.grant_on_card(caller, Verb::PayoutFile, place).await?;
        let command = FilePayoutOn {
            business_id: place.business,
            savings_account_id: card,
            request: FilePayout { destination: input.destination, amount: input.amount, reason },
            policy: grant.business.policy,
            context: grant.context,
        };
        Ok(self.stores.payouts.payout_file(command, idempotency.of(caller.id())).await?)
    }
}

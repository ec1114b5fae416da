//! Reversing a contribution.

use ofektom_domain::contribution::{ContributionReceipt, ReversalRequest};
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::ContributionId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::ReverseContribution;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::idempotency::IdempotencyInput;
use crate::input::text_check;

impl App {
    /// Reverses a contribution, with a reason.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::contribution::reversal_decide`] and of the idempotency key; [`AppError::Forbidden`],
    /// [`AppError::NotFound`].
    pub async fn contribution_reverse(
        &self,
        caller: &Caller,
        id: ContributionId,
        reason: &str,
        idempotency: IdempotencyInput<ContributionReceipt>,
    ) -> AppResult<Answer<ContributionReceipt>> {
        let reason = text_check("reason", reason, 3)?;
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let scope = self.scope_unchecked(caller, Verb::SavingsRead, None);
        let original = self.stores.contributions.contribution_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        let grant = self.grant_write(caller, Verb::ContributionReverse, original.business_id).await?;
        let command = ReverseContribution {
            business_id: original.business_id,
            contribution_id: id,
            request: ReversalRequest { reason },
            context: grant.context,
        };
        Ok(self.stores.contributions.contribution_reverse(command, idempotency.of(caller.id())).await?)
    }
}

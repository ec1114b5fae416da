//! Approving, rejecting, cancelling, paying and failing a payment request.

use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::payout::{PaymentRequest, PayoutDecision};
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::ports::DecidePayout;
use ofektom_domain::refusal::Refusal;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::idempotency::IdempotencyInput;
use crate::input::{text_check, text_check_optional};

impl App {
    /// Decides on a payment request.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::payout::payout_decide`] and of the idempotency key; [`AppError::Forbidden`],
    /// [`AppError::NotFound`].
    pub async fn payout_decide(
        &self,
        caller: &Caller,
        id: PaymentRequestId,
        decision: PayoutDecision,
        idempotency: IdempotencyInput<PaymentRequest>,
    ) -> AppResult<Answer<PaymentRequest>> {
        let decision = decision_check(decision)?;
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let scope = self.scope_unchecked(caller, Verb::PayoutRead, None);
        let request = self.stores.payouts.payout_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        let verb = match decision {
            PayoutDecision::Cancel => Verb::PayoutCancel,
            PayoutDecision::Approve
            | PayoutDecision::Reject { .. }
            | PayoutDecision::Disburse { .. }
            | PayoutDecision::Fail { .. } => Verb::PayoutDecide,
        };
        let grant = self.grant_write(caller, verb, request.business_id).await?;
        if grant.context.role == Role::Customer && request.customer_id != caller.id() {
            return Err(AppError::NotFound);
        }
        let command = DecidePayout {
            business_id: request.business_id,
            payment_request_id: id,
            decision,
            policy: grant.business.policy,
            context: grant.context,
        };
        Ok(self.stores.payouts.payout_decide(command, idempotency.of(caller.id())).await?)
    }
}

fn decision_check(decision: PayoutDecision) -> Result<PayoutDecision, Refusal> {
    Ok(match decision {
        PayoutDecision::Reject { reason } => PayoutDecision::Reject { reason: text_check("reason", &reason, 3)? },
        PayoutDecision::Fail { reason, is_final } => {
            PayoutDecision::Fail { reason: text_check("reason", &reason, 3)?, is_final }
        }
        PayoutDecision::Disburse { method, reference, paid_by } => {
            let reference = text_check_optional("reference", reference.as_deref(), 1)?;
            PayoutDecision::Disburse { method, reference, paid_by }
        }
        PayoutDecision::Approve => PayoutDecision::Approve,
        PayoutDecision::Cancel => PayoutDecision::Cancel,
    })
}

//! What the decisions on a payment request take. Approving and cancelling take nothing.

use ofektom_domain::payout::PayoutDecision;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{Check, Checks, DisburseMethodIn, FlagIn, IdIn, TextIn};

/// Why a payment request is rejected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    /// Why, in 3 characters or more.
    reason: TextIn,
}

impl Check for RejectBody {
    type Output = PayoutDecision;

    fn check(self, checks: &mut Checks) -> Option<PayoutDecision> {
        Some(PayoutDecision::Reject { reason: checks.take("reason", self.reason)? })
    }
}

/// How a payment request was paid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisburseBody {
    method: DisburseMethodIn,
    /// The transfer's reference; needed for a bank transfer.
    reference: Option<TextIn>,
    /// Who gave the cash out of his hands, when it was not the caller: somebody who works for the business.
    paid_by: Option<IdIn>,
}

impl Check for DisburseBody {
    type Output = PayoutDecision;

    fn check(self, checks: &mut Checks) -> Option<PayoutDecision> {
        let method = checks.take("method", self.method);
        let reference = checks.take_optional("reference", self.reference);
        let paid_by = checks.take_optional_id("paid_by", self.paid_by);
        Some(PayoutDecision::Disburse { method: method?, reference: reference?, paid_by: paid_by? })
    }
}

/// Why paying did not work.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailBody {
    /// Why, in 3 characters or more.
    reason: TextIn,
    /// Whether it is given up: the money goes back to the card. Otherwise the request may be approved again.
    #[serde(rename = "final")]
    is_final: FlagIn,
}

impl Check for FailBody {
    type Output = PayoutDecision;

    fn check(self, checks: &mut Checks) -> Option<PayoutDecision> {
        let reason = checks.take("reason", self.reason);
        let is_final = checks.take("final", self.is_final);
        Some(PayoutDecision::Fail { reason: reason?, is_final: is_final? })
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::payout::DisburseMethod;

    use super::*;
    use crate::extract::body_of;

    fn read<B: Check<Output = PayoutDecision>>(json: &str) -> Result<PayoutDecision, Vec<String>> {
        let body = body_of::<B>(json.as_bytes()).map_err(|problem| problem.errors);
        body.and_then(Checks::run).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn decisions_state_what_they_need() {
        let reason = "wrong account".to_owned();
        let fail = read::<FailBody>(r#"{"reason":"wrong account","final":true}"#);
        assert_eq!(fail, Ok(PayoutDecision::Fail { reason: reason.clone(), is_final: true }));
        assert_eq!(read::<RejectBody>(r#"{"reason":"wrong account"}"#), Ok(PayoutDecision::Reject { reason }));
        let paid = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
        assert_eq!(read::<DisburseBody>(r#"{"method":"cash"}"#), Ok(paid));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let named = |field: &str| Err(vec![field.to_owned()]);
        assert_eq!(read::<RejectBody>("{}"), named("reason"));
        assert_eq!(read::<FailBody>(r#"{"reason":"no such account"}"#), named("final"));
        assert_eq!(read::<FailBody>(r#"{"reason":"no such account","final":"yes"}"#), named("final"));
        assert_eq!(read::<DisburseBody>(r#"{"method":"cheque"}"#), named("method"));
        assert_eq!(read::<DisburseBody>(r#"{"method":"cash","amount":"5.00"}"#), named("amount"));
    }
}

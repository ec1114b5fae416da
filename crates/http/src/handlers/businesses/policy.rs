//! A business's own rules, in and out.

use ofektom_domain::business::{Policy, PolicyChange};
use ofektom_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CommissionBody, CommissionView};
use crate::wire::{Amount, AmountIn, Check, Checks, FlagIn, WholeIn, given, object};

/// A business's rules.
#[derive(Serialize, ToSchema)]
pub struct PolicyView {
    /// How many days back a collection may be recorded.
    backdate_days_max: u32,
    /// Whether a payment request may be for less than the whole balance.
    partial_payout: bool,
    /// Hours that payouts wait after bank details changed.
    payout_cooling_off_hours: u32,
    /// How many days after its last day a card that is not full still takes money, before it matures.
    maturity_grace_days: u32,
    /// Above this amount the approver may not have collected on the card; `null` when the rule is off.
    four_eyes_above: Option<Amount>,
    /// Commission of a new card when none is agreed.
    default_commission: CommissionView,
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        let commission = policy.default_commission;
        Self {
            backdate_days_max: policy.backdate_days_max,
            partial_payout: policy.partial_payout,
            payout_cooling_off_hours: policy.payout_cooling_off_hours,
            maturity_grace_days: policy.maturity_grace_days,
            four_eyes_above: policy.four_eyes_above.map(Amount),
            default_commission: CommissionView::of(commission.amount, commission.period),
        }
    }
}

/// What to change of a business's rules; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyPatch {
    backdate_days_max: Option<WholeIn>,
    partial_payout: Option<FlagIn>,
    payout_cooling_off_hours: Option<WholeIn>,
    maturity_grace_days: Option<WholeIn>,
    /// `null` switches the rule off.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<AmountIn>)]
    four_eyes_above: Option<Option<AmountIn>>,
    #[serde(default, deserialize_with = "object")]
    default_commission: Option<CommissionBody>,
}

const POLICY_FIELDS: [&str; 6] = [
    "backdate_days_max",
    "partial_payout",
    "payout_cooling_off_hours",
    "maturity_grace_days",
    "four_eyes_above",
    "default_commission",
];

impl PolicyPatch {
    const fn is_empty(&self) -> bool {
        self.backdate_days_max.is_none()
            && self.partial_payout.is_none()
            && self.payout_cooling_off_hours.is_none()
            && self.maturity_grace_days.is_none()
            && self.four_eyes_above.is_none()
            && self.default_commission.is_none()
    }
}

impl Check for PolicyPatch {
    type Output = PolicyChange;

    fn check(self, checks: &mut Checks) -> Option<PolicyChange> {
        if self.is_empty() {
            checks.accept::<()>(Err(Refusal::nothing_to_change(&POLICY_FIELDS)));
        }
        let backdate_days_max = checks.take_optional("backdate_days_max", self.backdate_days_max);
        let partial_payout = checks.take_optional("partial_payout", self.partial_payout);
        let hours = checks.take_optional("payout_cooling_off_hours", self.payout_cooling_off_hours);
        let grace_days = checks.take_optional("maturity_grace_days", self.maturity_grace_days);
        let four_eyes_above = match self.four_eyes_above {
            None => Some(None),
            Some(given) => checks.take_optional("four_eyes_above", given).map(Some),
        };
        let default_commission = checks.nested_optional("default_commission", self.default_commission);
        Some(PolicyChange {
            backdate_days_max: backdate_days_max?,
            partial_payout: partial_payout?,
            payout_cooling_off_hours: hours?,
            maturity_grace_days: grace_days?,
            four_eyes_above: four_eyes_above?,
            default_commission: default_commission?,
        })
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::money::Money;

    use super::*;

    #[test]
    fn what_is_missing_stays_and_null_switches_off() {
        let before = Policy { four_eyes_above: Some(Money::from_kobo(5)), partial_payout: true, ..Policy::default() };
        let after = |json: &str| {
            let change = Checks::run(serde_json::from_str::<PolicyPatch>(json).unwrap()).ok().unwrap();
            change.applied_to(before)
        };
        let nothing = Checks::run(serde_json::from_str::<PolicyPatch>("{}").unwrap()).err().unwrap();
        assert_eq!((nothing[0].field.as_str(), nothing[0].code), ("backdate_days_max", "required"));
        assert_eq!(after("{\"four_eyes_above\":null}"), Policy { four_eyes_above: None, ..before });
        assert_eq!(after("{\"backdate_days_max\":3}"), Policy { backdate_days_max: 3, ..before });
    }
}

//! The rules that a business sets for itself.

use serde::{Deserialize, Serialize};

use crate::commission::CommissionRequest;
use crate::money::Money;

/// A business's own rules, with the defaults of product/domain.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many days back a collection may be recorded.
    pub backdate_days_max: u32,
    /// Whether a payment request may be for less than the whole balance.
    pub partial_payout: bool,
    /// Hours that payouts wait after bank details changed.
    pub payout_cooling_off_hours: u32,
    /// How many days after its last day a card that is not full still takes money, before it matures.
    #[serde(default)]
    pub maturity_grace_days: u32,
    /// Above this amount the approver may not have collected on the card; `None` switches the rule off.
    pub four_eyes_above: Option<Money>,
    /// Commission of a new card when none is agreed: one box per month unless the business says otherwise.
    pub default_commission: CommissionRequest,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            backdate_days_max: 7,
            partial_payout: false,
            payout_cooling_off_hours: 24,
            maturity_grace_days: 0,
            four_eyes_above: None,
            default_commission: CommissionRequest::default(),
        }
    }
}

/// Rules to change; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// How many days back a collection may be recorded.
    pub backdate_days_max: Option<u32>,
    /// Whether a payment request may be for less than the whole balance.
    pub partial_payout: Option<bool>,
    /// Hours that payouts wait after bank details changed.
    pub payout_cooling_off_hours: Option<u32>,
    /// How many days after its last day a card that is not full still takes money.
    pub maturity_grace_days: Option<u32>,
    /// The four-eyes amount; `Some(None)` switches the rule off.
    pub four_eyes_above: Option<Option<Money>>,
    /// Commission of a new card when none is agreed.
    pub default_commission: Option<CommissionRequest>,
}

impl PolicyChange {
    /// The rules after the change.
    #[must_use]
    pub fn applied_to(self, policy: Policy) -> Policy {
        Policy {
            backdate_days_max: self.backdate_days_max.unwrap_or(policy.backdate_days_max),
            partial_payout: self.partial_payout.unwrap_or(policy.partial_payout),
            payout_cooling_off_hours: self.payout_cooling_off_hours.unwrap_or(policy.payout_cooling_off_hours),
            maturity_grace_days: self.maturity_grace_days.unwrap_or(policy.maturity_grace_days),
            four_eyes_above: self.four_eyes_above.unwrap_or(policy.four_eyes_above),
            default_commission: self.default_commission.unwrap_or(policy.default_commission),
        }
    }
}

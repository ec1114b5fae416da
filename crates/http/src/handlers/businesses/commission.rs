//! Commission terms, in and out.

use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{Amount, AmountOrZeroIn, Check, Checks, WholeIn};

/// Commission terms to agree on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommissionBody {
    /// The amount per period; one box when it is missing.
    amount: Option<AmountOrZeroIn>,
    /// The period; a month when it is missing.
    period: Option<PeriodBody>,
}

/// For how long one commission is owed: `"monthly"` or `{"days": 10}`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodBody {
    /// Each month counted from the card's start.
    Monthly,
    /// Every so many days counted from the card's start.
    Days(WholeIn),
}

impl Check for CommissionBody {
    type Output = CommissionRequest;

    fn check(self, checks: &mut Checks) -> Option<CommissionRequest> {
        let amount = checks.take_optional("amount", self.amount);
        let period = match self.period {
            None | Some(PeriodBody::Monthly) => Some(CommissionPeriod::Monthly),
            Some(PeriodBody::Days(days)) => checks.take("period.days", days).map(CommissionPeriod::Days),
        };
        Some(CommissionRequest { amount: amount?.map(|amount| amount.0), period: period? })
    }
}

/// Commission terms.
#[derive(Serialize, ToSchema)]
pub struct CommissionView {
    /// The amount per period; `null` means one box.
    amount: Option<Amount>,
    period: PeriodView,
}

/// For how long one commission is owed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodView {
    /// Each month counted from the card's start.
    Monthly,
    /// Every so many days counted from the card's start.
    Days(u32),
}

impl CommissionView {
    /// Terms as they go over the wire.
    pub fn of(amount: Option<Money>, period: CommissionPeriod) -> Self {
        let period = match period {
            CommissionPeriod::Monthly => PeriodView::Monthly,
            CommissionPeriod::Days(days) => PeriodView::Days(days),
        };
        Self { amount: amount.map(Amount), period }
    }
}

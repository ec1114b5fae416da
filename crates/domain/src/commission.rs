//! Commission: owed per period, taken from the paid boxes of that period, explainable box by box.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{add_months, days_between, month_index};
use crate::ids::{BusinessId, CommissionId, ContributionId, EntryId, SavingsAccountId, UnitId, UserId};
use crate::money::{Money, MoneyError};
use crate::plan::{PaidBoxes, Plan};
use crate::refusal::Refusal;

/// For how long one commission is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommissionPeriod {
    /// Each month counted from the card's start date.
    #[default]
    Monthly,
    /// Every so many days, counted from the card's start date.
    Days(u32),
}

/// Commission terms as someone asks for them: no amount means one box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommissionRequest {
    /// The amount per period; one box when not given.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The period.
    #[serde(default)]
    pub period: CommissionPeriod,
}

impl CommissionRequest {
    /// The terms for a plan.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the amount is negative or more than the plan, or the period is out of range.
    pub fn terms_for(&self, plan: &Plan) -> Result<CommissionTerms, Refusal> {
        if let CommissionPeriod::Days(days) = self.period
            && !(1..=366).contains(&days)
        {
            return Err(Refusal::field("commission.period.days", "out_of_range", "must be 1 to 366"));
        }
        let amount = self.amount.unwrap_or_else(|| plan.box_amount());
        if amount.is_negative() || amount > plan.boxes.total()? {
            return Err(Refusal::field("commission.amount", "out_of_range", "must be 0.00 to the sum of all boxes"));
        }
        Ok(CommissionTerms { amount, period: self.period })
    }

    /// The same as a business's default for a plan: an amount above the sum of all boxes becomes that sum, so that a default
    /// made for large plans does not stand in the way of a small one.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn fitted_to(&self, plan: &Plan) -> Result<Self, MoneyError> {
        let total = plan.boxes.total()?;
        Ok(Self { amount: self.amount.map(|amount| amount.min(total)), period: self.period })
    }
}

/// The commission terms of one card: a snapshot taken when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionTerms {
    /// The amount per period.
    pub amount: Money,
    /// The period.
    pub period: CommissionPeriod,
}

impl CommissionTerms {
    /// Whether these terms never owe more than others, whichever boxes are paid: no greater amount, for the same periods or
    /// for periods that each hold whole ones of the others.
    #[must_use]
    pub fn is_never_more_than(self, other: Self) -> bool {
        let holds = match (self.period, other.period) {
            (CommissionPeriod::Days(mine), CommissionPeriod::Days(theirs)) => mine.checked_rem(theirs) == Some(0),
            (mine, theirs) => mine == theirs,
        };
        self.amount <= other.amount && holds
    }

    /// The period of a box, 0 for the first.
    #[must_use]
    pub fn period_of(&self, plan: &Plan, index: u32) -> u32 {
        match self.period {
            CommissionPeriod::Monthly => month_index(plan.start, plan.date_of(index)).unwrap_or(0),
            CommissionPeriod::Days(days) => index.checked_div(days).unwrap_or(0),
        }
    }

    /// The boxes of a period.
    #[must_use]
    pub fn boxes_of(&self, plan: &Plan, period: u32) -> Range<u32> {
        let first = |period: u32| match self.period {
            CommissionPeriod::Monthly => add_months(plan.start, period)
                .and_then(|date| u32::try_from(days_between(plan.start, date)).ok())
                .unwrap_or(u32::MAX),
            CommissionPeriod::Days(days) => period.saturating_mul(days),
        };
        first(period)..first(period + 1).min(plan.boxes.len())
    }

    /// What is owed for a period: min(amount, the money of its paid boxes).
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn owed(&self, plan: &Plan, paid: &PaidBoxes, period: u32) -> Result<Money, MoneyError> {
        let mut money = Money::ZERO;
        for (index, amount) in plan.boxes.amounts(self.boxes_of(plan, period)) {
            if paid.contains(index) {
                money = money.plus(amount)?;
                if money >= self.amount {
                    return Ok(self.amount);
                }
            }
        }
        Ok(money)
    }

    /// What changes in the commission owed when boxes are paid or reopened: for each period that has one of `touched`
    /// (in ascending order), the difference between what is owed after and before. Periods without a difference are
    /// left out.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn differences(
        &self,
        plan: &Plan,
        (before, after): (&PaidBoxes, &PaidBoxes),
        touched: &[u32],
    ) -> Result<Vec<PeriodDifference>, MoneyError> {
        let mut differences = Vec::new();
        let mut done = None;
        for index in touched {
            let period = self.period_of(plan, *index);
            if done.replace(period) == Some(period) {
                continue;
            }
            let amount = self.owed(plan, after, period)?.minus(self.owed(plan, before, period)?)?;
            if !amount.is_zero() {
                let period_start = plan.date_of(self.boxes_of(plan, period).start);
                differences.push(PeriodDifference { period, period_start, amount });
            }
        }
        Ok(differences)
    }
}

/// What changed in the commission of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodDifference {
    /// The period, 0 for the first.
    pub period: u32,
    /// Its first day.
    pub period_start: Date,
    /// More (positive) or less (negative) commission.
    pub amount: Money,
}

/// A movement of commission: earned by a contribution (positive), or given back by a reversal (negative).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommissionMovement {
    /// The movement.
    pub id: CommissionId,
    /// The business that earns.
    pub business_id: BusinessId,
    /// The card it is taken from.
    pub savings_account_id: SavingsAccountId,
    /// The card's unit when the money was collected; what a reversal gives back comes off the same unit.
    pub unit_id: UnitId,
    /// Who collected the money it is taken from.
    pub collector: UserId,
    /// The card's commission period, 0 for the first.
    pub period: u32,
    /// The first day of that period.
    pub period_start: Date,
    /// The amount: positive earned, negative given back.
    pub amount: Money,
    /// The contribution or reversal that caused it.
    pub contribution_id: ContributionId,
    /// The journal entry that booked it.
    pub entry_id: EntryId,
    /// The business's day of the cause.
    pub occurred_on: Date,
    /// When it was booked.
    pub created_at: Timestamp,
}

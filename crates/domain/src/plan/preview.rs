//! What a plan comes to, before anyone agrees to it.

use jiff::civil::Date;

use super::{PaidBoxes, Plan};
use crate::commission::CommissionTerms;
use crate::money::Money;
use crate::refusal::Refusal;

/// What a plan comes to when every box is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The number of boxes, one a day.
    pub boxes_total: u32,
    /// The first day.
    pub start_date: Date,
    /// The last day.
    pub end_date: Date,
    /// The amount of a box.
    pub box_amount: Money,
    /// The amount of the last box, which takes a target's remainder.
    pub last_box_amount: Money,
    /// What all boxes cost together.
    pub total: Money,
    /// The commission terms that it was worked out with.
    pub terms: CommissionTerms,
    /// The commission of all periods together.
    pub commission: Money,
    /// The number of commission periods.
    pub commission_periods: u32,
    /// What is paid out: the total less the commission.
    pub payout: Money,
}

/// Works out what a plan under commission terms comes to.
///
/// # Errors
/// [`Refusal::TooLarge`] when the sums leave the range of the books.
pub fn preview(plan: &Plan, commission: &CommissionTerms) -> Result<Preview, Refusal> {
    let boxes_total = plan.boxes.len();
    let mut paid = PaidBoxes::default();
    for index in 0..boxes_total {
        paid.insert(index);
    }
    let last = boxes_total.saturating_sub(1);
    let commission_periods = commission.period_of(plan, last) + 1;
    let mut taken = Money::ZERO;
    for period in 0..commission_periods {
        taken = taken.plus(commission.owed(plan, &paid, period)?)?;
    }
    let total = plan.boxes.total()?;
    Ok(Preview {
        boxes_total,
        start_date: plan.start,
        end_date: plan.end(),
        box_amount: plan.box_amount(),
        last_box_amount: plan.boxes.amount_at(last).unwrap_or(Money::ZERO),
        total,
        terms: *commission,
        commission: taken,
        commission_periods,
        payout: total.minus(taken)?,
    })
}

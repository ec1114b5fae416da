//! Extending a plan by months, counted from its start so that month ends do not drift.

use jiff::civil::Date;

use super::{BOXES_MAX, BoxRun, BoxRuns, MONTHS_MAX, PaidBoxes, Plan, PlanTerms};
use crate::calendar::{add_months, days_between, end_after_months};
use crate::money::Money;
use crate::refusal::Refusal;

/// The field that says by how much a plan is extended.
const MONTHS: &str = "months";

impl Plan {
    /// The plan with `months` added. A daily plan gets more boxes of its amount; a target plan spreads what is unpaid
    /// over all its unpaid days, old and new. Paid boxes keep their amounts.
    ///
    /// `paid_amount` is what the paid boxes cost together.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the longer plan is out of range.
    pub fn extended(&self, months: u32, paid: &PaidBoxes, paid_amount: Money) -> Result<Self, Refusal> {
        if !(1..=MONTHS_MAX).contains(&months) {
            return Err(out_of_range());
        }
        match self.terms {
            PlanTerms::Daily { box_amount, months: before } => {
                self.daily_extended(box_amount, before.saturating_add(months))
            }
            PlanTerms::Target { target_amount, end_date, months_added } => {
                let months_added = months_added.saturating_add(months);
                let end = add_months(end_date, months_added).ok_or_else(out_of_range)?;
                let count = count_until(MONTHS, self.start, end)?;
                let boxes = self.respread(MONTHS, count, target_amount.minus(paid_amount)?, paid)?;
                Ok(Self {
                    terms: PlanTerms::Target { target_amount, end_date, months_added },
                    start: self.start,
                    boxes,
                })
            }
        }
    }

    fn daily_extended(&self, box_amount: Money, months: u32) -> Result<Self, Refusal> {
        let end = end_after_months(self.start, months).ok_or_else(out_of_range)?;
        let added = count_until(MONTHS, self.start, end)?.saturating_sub(self.boxes.len());
        let mut boxes = self.boxes.clone();
        boxes.push(BoxRun { count: added, amount: box_amount });
        boxes.total()?;
        Ok(Self { terms: PlanTerms::Daily { box_amount, months }, start: self.start, boxes })
    }

    /// Boxes 0 to `count`: the paid ones as they are, the others sharing `unpaid`.
    pub(super) fn respread(
        &self,
        field: &'static str,
        count: u32,
        unpaid: Money,
        paid: &PaidBoxes,
    ) -> Result<BoxRuns, Refusal> {
        let too_thin =
            |_| Refusal::field(field, "out_of_range", "must leave at least 0.01 of the target for each unpaid day");
        let shares = BoxRuns::spread(unpaid, count.saturating_sub(paid.count())).map_err(too_thin)?;
        let mut shares = shares.amounts(0..count);
        let amounts = (0..count).map(|index| {
            let amount =
                if paid.contains(index) { self.boxes.amount_at(index) } else { shares.next().map(|(_, share)| share) };
            BoxRun { count: 1, amount: amount.unwrap_or(Money::ZERO) }
        });
        Ok(BoxRuns::new(amounts))
    }
}

fn out_of_range() -> Refusal {
    Refusal::field(
        MONTHS,
        "out_of_range",
        format!("must be 1 to {MONTHS_MAX}, and leave the card {BOXES_MAX} boxes at most"),
    )
}

/// How many boxes there are from `start` until the last day `end`; `field` is the one that says when it ends.
pub(super) fn count_until(field: &'static str, start: Date, end: Date) -> Result<u32, Refusal> {
    let count = u32::try_from(days_between(start, end) + 1).ok().filter(|count| (1..=BOXES_MAX).contains(count));
    let message = || format!("must leave the card 1 to {BOXES_MAX} boxes");
    count.ok_or_else(|| Refusal::field(field, "out_of_range", message()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_of_january_plus_a_month_ends_on_30_march() {
        let plan = Plan::daily(Money::from_kobo(50_000), 1, date(2025, 1, 31)).unwrap();
        let longer = plan.extended(1, &PaidBoxes::default(), Money::ZERO).unwrap();
        assert_eq!((longer.end(), longer.boxes.len()), (date(2025, 3, 30), 59));
    }

    proptest! {
        #[test]
        fn an_extended_target_still_sums_to_the_target(
            kobo in 400_000_i64..1_000_000_000, days in 1_i64..300, months in 1_u32..12,
            chosen in prop::collection::btree_set(0_u32..300, 0..50),
        ) {
            let start = date(2025, 1, 31);
            let end = crate::calendar::add_days(start, days).unwrap();
            let plan = Plan::target(Money::from_kobo(kobo), start, end).unwrap();
            let mut paid = PaidBoxes::default();
            let mut paid_amount = Money::ZERO;
            for index in chosen.into_iter().filter(|index| i64::from(*index) < days) {
                paid.insert(index);
                paid_amount = paid_amount.plus(plan.boxes.amount_at(index).unwrap()).unwrap();
            }
            let longer = plan.extended(months, &paid, paid_amount).unwrap();
            prop_assert_eq!(longer.boxes.total().unwrap(), Money::from_kobo(kobo));
            prop_assert_eq!(longer.end(), add_months(end, months).unwrap());
            for index in 0..plan.boxes.len() {
                if paid.contains(index) {
                    prop_assert_eq!(longer.boxes.amount_at(index), plan.boxes.amount_at(index));
                }
            }
        }
    }
}

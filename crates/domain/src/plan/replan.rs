//! Changing a plan that is partly paid: paid boxes keep their amounts, what is unpaid is agreed anew.

use jiff::civil::Date;

use super::extend::count_until;
use super::{BoxRun, BoxRuns, MONTHS_MAX, PaidBoxes, Plan, PlanTerms, positive};
use crate::calendar::end_after_months;
use crate::money::Money;
use crate::refusal::Refusal;

/// What is paid of a plan, and the day from which boxes may be changed.
#[derive(Clone, Copy, Debug)]
pub struct PaidPart<'a> {
    /// The paid boxes.
    pub boxes: &'a PaidBoxes,
    /// What they cost together.
    pub amount: Money,
    /// The business's day.
    pub today: Date,
}

impl Plan {
    /// A daily plan with another amount from today on, or another number of months, or both. Paid boxes and those of days that
    /// have passed keep their amounts.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a field is out of range, or the shorter plan would end before today or a paid box.
    pub(crate) fn daily_changed(&self, box_amount: Money, months: u32, paid: PaidPart<'_>) -> Result<Self, Refusal> {
        positive("box_amount", box_amount)?;
        let out_of_range = || {
            Refusal::field(
                "months",
                "out_of_range",
                format!("must be 1 to {MONTHS_MAX}, and give the card a box a day"),
            )
        };
        let end = end_after_months(self.start, months).filter(|_| months > 0).ok_or_else(out_of_range)?;
        let count = self.count_kept("months", end, paid)?;
        let amounts = (0..count).map(|index| {
            let passed = self.date_of(index) < paid.today;
            let kept = self.boxes.amount_at(index).filter(|_| passed || paid.boxes.contains(index));
            BoxRun { count: 1, amount: kept.unwrap_or(box_amount) }
        });
        let boxes = BoxRuns::new(amounts);
        boxes.total()?;
        Ok(Self { terms: PlanTerms::Daily { box_amount, months }, start: self.start, boxes })
    }

    /// A target plan with another target, or another last day, or both: the unpaid remainder is spread over all unpaid days.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a field is out of range, the target is paid already, or the shorter plan would end before
    /// today or a paid box.
    pub(crate) fn target_changed(
        &self,
        target_amount: Money,
        end_date: Option<Date>,
        paid: PaidPart<'_>,
    ) -> Result<Self, Refusal> {
        positive("target_amount", target_amount)?;
        if target_amount <= paid.amount {
            let message = format!("must be more than the {} that are paid", paid.amount);
            return Err(Refusal::field("target_amount", "out_of_range", message));
        }
        let end = end_date.unwrap_or_else(|| self.end());
        let count = self.count_kept("end_date", end, paid)?;
        let field = if end_date.is_some() { "end_date" } else { "target_amount" };
        let boxes = self.respread(field, count, target_amount.minus(paid.amount)?, paid.boxes)?;
        let terms = match (end_date, self.terms) {
            (None, PlanTerms::Target { end_date, months_added, .. }) => {
                PlanTerms::Target { target_amount, end_date, months_added }
            }
            _ => PlanTerms::Target { target_amount, end_date: end, months_added: 0 },
        };
        Ok(Self { terms, start: self.start, boxes })
    }

    /// How many boxes the plan has until another last day. A plan that becomes shorter keeps all paid boxes and all of days that
    /// have passed.
    fn count_kept(&self, field: &'static str, end: Date, paid: PaidPart<'_>) -> Result<u32, Refusal> {
        let last_paid = paid.boxes.last().map(|index| self.date_of(index));
        let first_kept = last_paid.map_or(paid.today, |last| last.max(paid.today)).min(self.end());
        if end < first_kept {
            let message = format!("must not end the card before {first_kept}: boxes of days before are paid or due");
            return Err(Refusal::field(field, "out_of_range", message));
        }
        count_until(field, self.start, end)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn paid_of(plan: &Plan, chosen: impl IntoIterator<Item = u32>) -> (PaidBoxes, Money) {
        let (mut boxes, mut amount) = (PaidBoxes::default(), Money::ZERO);
        for index in chosen {
            if let Some(price) = plan.boxes.amount_at(index).filter(|_| boxes.insert(index)) {
                amount = amount.plus(price).unwrap();
            }
        }
        (boxes, amount)
    }

    #[test]
    fn a_daily_box_changes_from_today_on() {
        let plan = Plan::daily(Money::from_kobo(500), 1, date(2025, 2, 1)).unwrap();
        let (boxes, amount) = paid_of(&plan, [0, 1, 20]);
        let paid = PaidPart { boxes: &boxes, amount, today: date(2025, 2, 11) };
        let changed = plan.daily_changed(Money::from_kobo(700), 1, paid).unwrap();
        // The first ten days have passed, 21 February is paid.
        assert_eq!(changed.boxes.to_string(), "10x500,10x700,1x500,7x700");
        let shorter = Plan::daily(Money::from_kobo(500), 2, date(2025, 2, 1)).unwrap();
        let paid = PaidPart { today: date(2025, 3, 1), ..paid };
        assert!(shorter.daily_changed(Money::from_kobo(500), 1, paid).is_err(), "it would end yesterday");
    }

    #[test]
    fn a_plan_never_ends_before_a_paid_box() {
        let plan = Plan::target(Money::from_kobo(10_000), date(2025, 1, 1), date(2025, 1, 10)).unwrap();
        let (boxes, amount) = paid_of(&plan, [7]);
        let paid = PaidPart { boxes: &boxes, amount, today: date(2025, 1, 1) };
        let ends = |day| plan.target_changed(Money::from_kobo(10_000), Some(date(2025, 1, day)), paid);
        assert!(ends(7).is_err());
        assert_eq!(ends(8).unwrap().boxes.to_string(), "6x1285,1x1290,1x1000");
    }

    proptest! {
        #[test]
        fn a_changed_target_sums_to_the_target_and_keeps_paid_boxes(
            kobo in 400_000_i64..1_000_000_000, days in 1_i64..300, target in 1_i64..2_000_000_000, more in -300_i64..300,
            chosen in prop::collection::btree_set(0_u32..300, 0..50), passed in 0_i64..310,
        ) {
            let start = date(2024, 12, 31);
            let add = |days| crate::calendar::add_days(start, days).unwrap();
            let plan = Plan::target(Money::from_kobo(kobo), start, add(days)).unwrap();
            let (boxes, amount) = paid_of(&plan, chosen);
            let paid = PaidPart { boxes: &boxes, amount, today: add(passed) };
            let Ok(changed) = plan.target_changed(Money::from_kobo(target), Some(add(days + more)), paid) else {
                return Ok(());
            };
            prop_assert_eq!(changed.boxes.total().unwrap(), Money::from_kobo(target));
            prop_assert_eq!(changed.end(), add(days + more));
            for index in (0..plan.boxes.len()).filter(|index| boxes.contains(*index)) {
                prop_assert_eq!(changed.boxes.amount_at(index), plan.boxes.amount_at(index));
            }
        }

        #[test]
        fn a_changed_daily_plan_keeps_what_is_paid_or_has_passed(
            before in 1_i64..1_000, after in 1_i64..1_000, months in 1_u32..12, changed_months in 1_u32..14,
            chosen in prop::collection::btree_set(0_u32..360, 0..50), passed in 0_i64..400,
        ) {
            let start = date(2025, 1, 31);
            let plan = Plan::daily(Money::from_kobo(before), months, start).unwrap();
            let (boxes, amount) = paid_of(&plan, chosen);
            let today = crate::calendar::add_days(start, passed).unwrap();
            let paid = PaidPart { boxes: &boxes, amount, today };
            let Ok(changed) = plan.daily_changed(Money::from_kobo(after), changed_months, paid) else { return Ok(()) };
            prop_assert_eq!(Some(changed.end()), end_after_months(start, changed_months));
            for index in 0..changed.boxes.len() {
                let kept = boxes.contains(index) || (changed.date_of(index) < today && index < plan.boxes.len());
                let amount = if kept { plan.boxes.amount_at(index) } else { Some(Money::from_kobo(after)) };
                prop_assert_eq!(changed.boxes.amount_at(index), amount);
            }
            prop_assert!(boxes.last().is_none_or(|last| last < changed.boxes.len()), "a paid box is never cut off");
        }
    }
}

//! Plans: what is to be saved, box by box. A schedule is a pure function of the plan.

mod boxes;
mod due;
mod extend;
mod paid;
mod preview;
mod replan;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use boxes::{BoxRun, BoxRuns, InvalidBoxRuns};
pub use due::DueBoxes;
pub use paid::PaidBoxes;
pub use preview::{Preview, preview};
pub use replan::PaidPart;

use crate::calendar::{add_days, days_between, end_after_months};
use crate::money::Money;
use crate::refusal::Refusal;

/// Most boxes that a card may have: ten years of days.
pub const BOXES_MAX: u32 = 3_660;
/// Most months of a daily plan, and most months that one may be extended by at once.
pub const MONTHS_MAX: u32 = 120;

/// What was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanTerms {
    /// The same amount every day for a number of months.
    Daily {
        /// The amount of one box.
        box_amount: Money,
        /// The number of months, extensions included.
        months: u32,
    },
    /// A sum to be reached by a day, both ends inclusive.
    Target {
        /// The sum of all boxes.
        target_amount: Money,
        /// The last day that was agreed at first.
        end_date: Date,
        /// Months added to it since. Counted from the agreed day, so that clamping at a month's end does not drift.
        months_added: u32,
    },
}

impl PlanTerms {
    /// `daily` or `target`.
    #[must_use]
    pub const fn kind(&self) -> PlanKind {
        match self {
            Self::Daily { .. } => PlanKind::Daily,
            Self::Target { .. } => PlanKind::Target,
        }
    }
}

/// The kind of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanKind {
    /// One amount a day.
    Daily,
    /// A sum by a day.
    Target,
}

impl PlanKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Target];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Target => "target",
        }
    }
}

/// A plan: terms, first day, and the amount of every box. Box 0 is the first day's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What was agreed.
    pub terms: PlanTerms,
    /// The day of the first box.
    pub start: Date,
    /// The amounts of the boxes, in order of days.
    pub boxes: BoxRuns,
}

impl Plan {
    /// A daily plan: one box of `box_amount` for each day from `start` to start + `months` months − 1 day.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a field is out of range.
    pub fn daily(box_amount: Money, months: u32, start: Date) -> Result<Self, Refusal> {
        if !(1..=MONTHS_MAX).contains(&months) {
            return Err(Refusal::field("months", "out_of_range", format!("must be 1 to {MONTHS_MAX}")));
        }
        positive("box_amount", box_amount)?;
        let end = end_after_months(start, months).ok_or_else(start_out_of_range)?;
        let count = box_count("months", start, end)?;
        box_amount.times(count)?;
        let boxes = BoxRuns::new([BoxRun { count, amount: box_amount }]);
        Ok(Self { terms: PlanTerms::Daily { box_amount, months }, start, boxes })
    }

    /// A target plan: one box for each day from `start` to `end_date`; each is the target divided by the number of days,
    /// rounded down to the kobo, and the last box takes the remainder, so that the boxes sum to the target.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a field is out of range, or the target is less than one kobo a day.
    pub fn target(target_amount: Money, start: Date, end_date: Date) -> Result<Self, Refusal> {
        positive("target_amount", target_amount)?;
        let count = box_count("end_date", start, end_date)?;
        let boxes = BoxRuns::spread(target_amount, count)?;
        Ok(Self { terms: PlanTerms::Target { target_amount, end_date, months_added: 0 }, start, boxes })
    }

    /// The day of the last box.
    #[must_use]
    pub fn end(&self) -> Date {
        self.date_of(self.boxes.len().saturating_sub(1))
    }

    /// The day of a box.
    #[must_use]
    pub fn date_of(&self, index: u32) -> Date {
        add_days(self.start, i64::from(index)).unwrap_or(Date::MAX)
    }

    /// The box of a day. `None` when the card has none for it.
    #[must_use]
    pub fn index_of(&self, date: Date) -> Option<u32> {
        let index = u32::try_from(days_between(self.start, date)).ok()?;
        (index < self.boxes.len()).then_some(index)
    }

    /// The amount of the first box: what "one box" means in commission terms.
    #[must_use]
    pub fn box_amount(&self) -> Money {
        match self.terms {
            PlanTerms::Daily { box_amount, .. } => box_amount,
            PlanTerms::Target { .. } => self.boxes.amount_at(0).unwrap_or(Money::ZERO),
        }
    }
}

fn positive(field: &'static str, amount: Money) -> Result<(), Refusal> {
    if amount > Money::ZERO && amount <= Money::MAX_STATED {
        return Ok(());
    }
    Err(Refusal::field(field, "out_of_range", "must be more than zero and at most 1000000000.00"))
}

fn start_out_of_range() -> Refusal {
    Refusal::field("start_date", "out_of_range", "must be a day of this era")
}

fn box_count(field: &'static str, start: Date, end: Date) -> Result<u32, Refusal> {
    let days = days_between(start, end) + 1;
    match u32::try_from(days) {
        Ok(count) if (1..=BOXES_MAX).contains(&count) => Ok(count),
        _ => Err(Refusal::field(field, "out_of_range", format!("must give 1 to {BOXES_MAX} days from the start date"))),
    }
}

//! What is due on a day: which boxes of a card should have been paid by then and are not, and what they cost.

use jiff::civil::Date;

use super::{BoxRuns, PaidBoxes, Plan};
use crate::calendar::days_between;
use crate::money::{Money, MoneyError};

/// What of a card's boxes is due on a day: the unpaid ones of the days before, and the day's own if it is unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueBoxes {
    /// How many boxes of earlier days are unpaid.
    pub behind: u32,
    /// What those cost together.
    pub arrears: Money,
    /// The amount of the day's own box while it is unpaid. `None` when it is paid, or the card has no box for the day.
    pub today: Option<Money>,
}

impl DueBoxes {
    /// What is due of the boxes of a card, of which the first is the box of the day `start`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn on(day: Date, (start, boxes): (Date, &BoxRuns), paid: &PaidBoxes) -> Result<Self, MoneyError> {
        let mut due = Self { behind: 0, arrears: Money::ZERO, today: None };
        // A day before the first box has none behind it; one after the last has them all.
        let Ok(own) = u32::try_from(days_between(start, day)) else { return Ok(due) };
        let unpaid = boxes.amounts(0..own.saturating_add(1)).filter(|(index, _)| !paid.contains(*index));
        for (index, amount) in unpaid {
            if index == own {
                due.today = Some(amount);
            } else {
                due.behind += 1;
                due.arrears = due.arrears.plus(amount)?;
            }
        }
        Ok(due)
    }

    /// Whether nothing is due.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.behind == 0 && self.today.is_none()
    }

    /// What is to be collected: all that is due, less what the card has as credit. Never below zero.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn amount(&self, credit: Money) -> Result<Money, MoneyError> {
        let all = self.arrears.plus(self.today.unwrap_or(Money::ZERO))?;
        Ok(all.minus(credit)?.max(Money::ZERO))
    }
}

impl Plan {
    /// What of the plan's boxes is due on a day.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn due_on(&self, day: Date, paid: &PaidBoxes) -> Result<DueBoxes, MoneyError> {
        DueBoxes::on(day, (self.start, &self.boxes), paid)
    }
}

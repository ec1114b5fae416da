//! The collection sheet of a day: whom a collector visits, and how much he asks for.

use jiff::civil::Date;

use super::{SavingsAccount, SavingsStatus};
use crate::money::{Money, MoneyError};
use crate::people::PersonName;
use crate::phone::PhoneNumber;
use crate::plan::DueBoxes;

/// A card on the sheet, with what a collector needs at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// The card.
    pub account: SavingsAccount,
    /// The customer's name.
    pub customer_name: PersonName,
    /// The number that the collector calls him on.
    pub customer_phone: PhoneNumber,
    /// The name of the card's unit.
    pub unit_name: String,
    /// The last day of which money stands on the card.
    pub last_collected_on: Option<Date>,
    /// The boxes that are due.
    pub due: DueBoxes,
    /// What to collect: what the boxes cost, less the card's credit.
    pub amount_due: Money,
}

/// The sums of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetTotals {
    /// How many cards are on it.
    pub cards: i64,
    /// What is behind on them: the unpaid boxes of earlier days.
    pub arrears: Money,
    /// What to collect on them.
    pub amount_due: Money,
}

impl SheetTotals {
    /// The sums of no card.
    pub const NONE: Self = Self { cards: 0, arrears: Money::ZERO, amount_due: Money::ZERO };

    /// The sums with one card more.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn with(self, due: &DueBoxes, credit: Money) -> Result<Self, MoneyError> {
        Ok(Self {
            cards: self.cards.saturating_add(1),
            arrears: self.arrears.plus(due.arrears)?,
            amount_due: self.amount_due.plus(due.amount(credit)?)?,
        })
    }
}

impl SavingsAccount {
    /// What is due on the card on a day. `None` when nothing is: it is not active, has not begun, or is paid up to the day.
    /// It is so exactly when [`SavingsAccount::next_due_date`] is that day or an earlier one.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn due_on(&self, day: Date) -> Result<Option<DueBoxes>, MoneyError> {
        if self.status != SavingsStatus::Active {
            return Ok(None);
        }
        Ok(Some(self.plan.due_on(day, &self.paid)?).filter(|due| !due.is_nothing()))
    }
}

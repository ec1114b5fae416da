//! The cash in a collector's hands, as the rows tell it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};
use crate::refusal::Refusal;

/// What moved in a collector's cash over some days, remittances left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMovement {
    /// Cash collected on cards.
    pub collected: Money,
    /// Collections that were taken back.
    pub reversed: Money,
    /// Payouts that he paid from it.
    pub paid_out: Money,
}

impl CashMovement {
    /// What it leaves in his hands; below zero when he paid more than he took.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn net(&self) -> Result<Money, MoneyError> {
        self.collected.minus(self.reversed)?.minus(self.paid_out)
    }
}

/// A collector's cash before he closes a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purse {
    /// The last day that a round of his covers; `None` before his first one.
    pub closed_until: Option<Date>,
    /// What his rounds left in his hands: kept back when they were accepted, or owed to him when below zero. What he counted
    /// for a round that is not accepted yet counts as handed in.
    pub brought_forward: Money,
    /// What moved since, up to the day in question.
    pub movement: CashMovement,
}

impl Purse {
    /// What he should have in his hands. Below zero when the business owes him.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn expected(&self) -> Result<Money, MoneyError> {
        self.brought_forward.plus(self.movement.net()?)
    }
}

/// Whether a collector's cash may still move on `day`.
///
/// # Errors
/// [`Refusal::RoundClosed`] when a round of his covers the day.
pub fn cash_day_check(closed_until: Option<Date>, day: Date) -> Result<(), Refusal> {
    match closed_until {
        Some(until) if day <= until => Err(Refusal::RoundClosed { until }),
        Some(_) | None => Ok(()),
    }
}

//! The state of a card.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CompletionReason, Progress, SavingsStatus};
use crate::commission::CommissionTerms;
use crate::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use crate::money::{Money, MoneyError};
use crate::plan::{PaidBoxes, Plan, PlanTerms};
use crate::tracking_number::TrackingNumber;

/// A savings account: the plan, which boxes are paid, and the money.
///
/// Always: `collected` = the money of the paid boxes + `credit`; `balance` = `collected` − `commission` − `held` −
/// `paid_out` = the credit balance of the card's ledger account; nothing is below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingsAccount {
    /// The card.
    pub id: SavingsAccountId,
    /// The business that keeps it.
    pub business_id: BusinessId,
    /// The unit it belongs to.
    pub unit_id: UnitId,
    /// Whose savings they are.
    pub customer_id: UserId,
    /// The number on the card.
    pub tracking_number: TrackingNumber,
    /// What is to be saved.
    pub plan: Plan,
    /// The commission terms agreed when it was opened.
    pub commission_terms: CommissionTerms,
    /// Which boxes are paid.
    pub paid: PaidBoxes,
    /// Where it stands.
    pub status: SavingsStatus,
    /// Why it completed, once it has.
    pub completion: Option<CompletionReason>,
    /// Whether anything was ever paid on it, reversed or not.
    pub ever_paid: bool,
    /// All money collected on it and not reversed.
    pub collected: Money,
    /// Collected money that does not fill a box yet.
    pub credit: Money,
    /// Commission taken.
    pub commission: Money,
    /// What can be paid out: the card's ledger balance.
    pub balance: Money,
    /// Set aside for an open payment request.
    pub held: Money,
    /// Paid out.
    pub paid_out: Money,
    /// The card it renews.
    pub renewed_from: Option<SavingsAccountId>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Who opened it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The person who changed it last.
    pub updated_by: UserId,
}

impl SavingsAccount {
    /// What the paid boxes cost together.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn paid_amount(&self) -> Result<Money, MoneyError> {
        self.collected.minus(self.credit)
    }

    /// How far the saving has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match self.paid.count() {
            0 => Progress::NotStarted,
            count if count == self.plan.boxes.len() => Progress::Full,
            _ => Progress::InProgress,
        }
    }

    /// The day of the oldest unpaid box of an active card.
    #[must_use]
    pub fn next_due_date(&self) -> Option<Date> {
        let next = self.paid.first_unpaid(0);
        (self.status == SavingsStatus::Active && next < self.plan.boxes.len()).then(|| self.plan.date_of(next))
    }

    /// Ends the saving: completed, or paid out at once when there is nothing to pay.
    pub(crate) fn complete(&mut self, reason: CompletionReason) {
        self.completion = Some(reason);
        self.status = if self.balance.is_zero() && self.held.is_zero() {
            SavingsStatus::PaidOut
        } else {
            SavingsStatus::Completed
        };
    }

    /// The amount of a box as it is agreed now: of a daily card that of the boxes to come, of a target card that of its oldest
    /// unpaid box. A target card without an unpaid box keeps that of its first.
    #[must_use]
    pub fn box_amount(&self) -> Money {
        match self.plan.terms {
            PlanTerms::Daily { box_amount, .. } => box_amount,
            PlanTerms::Target { .. } => {
                let next = self.plan.boxes.amount_at(self.paid.first_unpaid(0));
                next.unwrap_or_else(|| self.plan.box_amount())
            }
        }
    }

    /// Stamps a change that the system made: whoever changed the card last stays the last person to have done so.
    pub(crate) const fn touch_by_system(&mut self, now: Timestamp) {
        self.version += 1;
        self.updated_at = now;
    }

    /// Stamps a change.
    pub(crate) const fn touch(&mut self, now: Timestamp, by: UserId) {
        self.version += 1;
        self.updated_at = now;
        self.updated_by = by;
    }

    /// The money and status, for audit rows.
    #[must_use]
    pub fn audit_state(&self) -> Value {
        json!({
            "status": self.status.as_str(), "boxes_total": self.plan.boxes.len(), "boxes_paid": self.paid.count(),
            "collected": self.collected, "credit": self.credit, "commission": self.commission,
            "balance": self.balance, "held": self.held, "paid_out": self.paid_out,
        })
    }
}

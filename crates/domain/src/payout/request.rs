//! A payment request and its states.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::{BankAccountId, BusinessId, PaymentRequestId, SavingsAccountId, UnitId, UserId};
use crate::money::Money;
use crate::people::BankDetails;

/// Where a payment request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayoutStatus {
    /// Filed; waits for a decision. The money is held.
    Pending,
    /// May be paid. The money is held.
    Approved,
    /// Paying did not work; it may be approved again. The money is held.
    Failed,
    /// Paid.
    Paid,
    /// Refused; the money went back to the card.
    Rejected,
    /// Withdrawn by the customer; the money went back to the card.
    Cancelled,
    /// Failed for good; the money went back to the card.
    FailedFinal,
}

impl PayoutStatus {
    /// All statuses.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Approved, Self::Failed, Self::Paid, Self::Rejected, Self::Cancelled, Self::FailedFinal];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Failed => "failed",
            Self::Paid => "paid",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::FailedFinal => "failed_final",
        }
    }

    /// Whether the money is held. A card has one open request at most.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved | Self::Failed)
    }
}

impl fmt::Display for PayoutStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where the money is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into the customer's hand.
    Cash,
    /// To a bank account, with its details as they were when the request was filed.
    Bank {
        /// The customer's bank account.
        bank_account_id: BankAccountId,
        /// The details that are approved and paid to, whatever becomes of the bank account.
        details: BankDetails,
    },
}

/// How a request was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisburseMethod {
    /// By bank transfer.
    BankTransfer,
    /// In cash.
    Cash,
}

impl DisburseMethod {
    /// All methods.
    pub const ALL: [Self; 2] = [Self::BankTransfer, Self::Cash];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BankTransfer => "bank_transfer",
            Self::Cash => "cash",
        }
    }
}

/// A request to pay out a completed card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRequest {
    /// The request.
    pub id: PaymentRequestId,
    /// The business that pays.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// Whose card it is.
    pub customer_id: UserId,
    /// The card's unit.
    pub unit_id: UnitId,
    /// The amount.
    pub amount: Money,
    /// Where the money is to go.
    pub destination: Destination,
    /// Where it stands.
    pub status: PayoutStatus,
    /// The business's day on which it was filed.
    pub filed_on: Date,
    /// Who filed it.
    pub filed_by: UserId,
    /// Why it was filed on the customer's behalf.
    pub filed_reason: Option<String>,
    /// Who approved it last.
    pub approved_by: Option<UserId>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// Why it was rejected or failed.
    pub reason: Option<String>,
    /// How it was paid.
    pub method: Option<DisburseMethod>,
    /// The transfer's reference.
    pub reference: Option<String>,
    /// Who paid it: whose cash it was, or who recorded the transfer.
    pub paid_by: Option<UserId>,
    /// When.
    pub paid_at: Option<Timestamp>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was filed.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

impl PaymentRequest {
    /// What the audit trail shows of it: no account number.
    #[must_use]
    pub fn audit_state(&self) -> Value {
        let bank = match &self.destination {
            Destination::Cash => None,
            Destination::Bank { details, .. } => Some(details),
        };
        json!({
            "savings_account_id": self.savings_account_id, "amount": self.amount, "status": self.status.as_str(),
            "bank": bank, "reason": self.reason, "method": self.method.map(DisburseMethod::as_str),
            "reference": self.reference,
        })
    }
}

//! A contribution and the boxes it paid.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{BusinessId, ContributionId, EntryId, SavingsAccountId, UnitId, UserId};
use crate::ledger::LedgerAccount;
use crate::money::Money;

/// How money came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContributionMethod {
    /// Cash in the collector's hand.
    Cash,
    /// A card payment, settled by a provider.
    Card,
    /// A transfer, settled by a provider.
    BankTransfer,
}

impl ContributionMethod {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::Cash, Self::Card, Self::BankTransfer];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Card => "card",
            Self::BankTransfer => "bank_transfer",
        }
    }

    /// Whether the money is in the collector's hands, so that his round counts it.
    #[must_use]
    pub const fn is_cash(self) -> bool {
        matches!(self, Self::Cash)
    }

    /// The account that receives the money.
    #[must_use]
    pub const fn debited(self, collector: UserId) -> LedgerAccount {
        match self {
            Self::Cash => LedgerAccount::Cash(collector),
            Self::Card | Self::BankTransfer => LedgerAccount::ProviderClearing,
        }
    }
}

/// Whether a record adds money or takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContributionKind {
    /// Money was collected.
    Collection,
    /// A collection was reversed.
    Reversal,
}

impl ContributionKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Collection, Self::Reversal];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Reversal => "reversal",
        }
    }
}

/// Whether the money of a record stands. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContributionStatus {
    /// A collection that stands.
    Posted,
    /// A collection that was taken back.
    Reversed,
    /// The reversal that took one back; it always stands.
    Reversal,
}

impl ContributionStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Posted, Self::Reversed, Self::Reversal];

    /// The name in queries and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Reversed => "reversed",
            Self::Reversal => "reversal",
        }
    }
}

/// One act of collecting, or the reversal of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The contribution.
    pub id: ContributionId,
    /// The business that collected.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// Whose card it is.
    pub customer_id: UserId,
    /// The card's unit.
    pub unit_id: UnitId,
    /// Whether it adds money or takes it back.
    pub kind: ContributionKind,
    /// The amount, always positive.
    pub amount: Money,
    /// How the money came in.
    pub method: ContributionMethod,
    /// The business's day on which it was collected; for a reversal the day of the reversal.
    pub collected_on: Date,
    /// Who collected it; for a reversal whoever collected what it reverses.
    pub collected_by: UserId,
    /// A remark; for a reversal its reason.
    pub note: Option<String>,
    /// How many boxes it paid (or reopened).
    pub boxes: u32,
    /// The card's credit afterwards.
    pub credit_after: Money,
    /// The card's balance afterwards.
    pub balance_after: Money,
    /// Commission that it caused: positive taken, negative given back.
    pub commission: Money,
    /// The journal entry that booked the money.
    pub entry_id: EntryId,
    /// For a reversal: what it reverses.
    pub reverses: Option<ContributionId>,
    /// For a collection: the reversal that took it back.
    pub reversed_by: Option<ContributionId>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Who recorded it.
    pub created_by: UserId,
}

impl Contribution {
    /// Whether its money stands.
    #[must_use]
    pub const fn status(&self) -> ContributionStatus {
        match (self.kind, self.reversed_by) {
            (ContributionKind::Reversal, _) => ContributionStatus::Reversal,
            (ContributionKind::Collection, None) => ContributionStatus::Posted,
            (ContributionKind::Collection, Some(_)) => ContributionStatus::Reversed,
        }
    }
}

/// One paid box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marking {
    /// The business.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// The box's day.
    pub box_date: Date,
    /// The box's amount.
    pub amount: Money,
    /// The contribution that paid it.
    pub contribution_id: ContributionId,
    /// When it was paid.
    pub created_at: Timestamp,
}

/// What a contribution or a reversal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionReceipt {
    /// The record.
    pub contribution: Contribution,
    /// The boxes it paid (or reopened), in order of days.
    pub allocated: Vec<Marking>,
}

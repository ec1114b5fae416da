//! The accounts of a business's books.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{SavingsAccountId, UserId};

/// The kind of a ledger account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AccountKind {
    /// What the business owes the holder of a card (liability).
    Savings,
    /// Cash in the hands of a collector (asset).
    Cash,
    /// Money that a payment provider owes the business (asset).
    ProviderClearing,
    /// Money in the bank (asset).
    Bank,
    /// Commission earned (income).
    CommissionIncome,
    /// Money set aside for payment requests (liability).
    PayoutHold,
    /// Cash missing or left over at closed rounds (expense).
    CashDifference,
}

impl AccountKind {
    /// All kinds, in the order of the trial balance.
    pub const ALL: [Self; 7] = [
        Self::Savings,
        Self::Cash,
        Self::ProviderClearing,
        Self::Bank,
        Self::CommissionIncome,
        Self::PayoutHold,
        Self::CashDifference,
    ];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Savings => "savings",
            Self::Cash => "cash",
            Self::ProviderClearing => "provider_clearing",
            Self::Bank => "bank",
            Self::CommissionIncome => "commission_income",
            Self::PayoutHold => "payout_hold",
            Self::CashDifference => "cash_difference",
        }
    }
}

/// One account of a business's books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LedgerAccount {
    /// A card.
    Savings(SavingsAccountId),
    /// A collector's cash.
    Cash(UserId),
    /// The payment provider.
    ProviderClearing,
    /// The bank.
    Bank,
    /// Commission income.
    CommissionIncome,
    /// Money set aside for payouts.
    PayoutHold,
    /// Differences of cash.
    CashDifference,
}

impl LedgerAccount {
    /// The kind of the account.
    #[must_use]
    pub const fn kind(&self) -> AccountKind {
        match self {
            Self::Savings(_) => AccountKind::Savings,
            Self::Cash(_) => AccountKind::Cash,
            Self::ProviderClearing => AccountKind::ProviderClearing,
            Self::Bank => AccountKind::Bank,
            Self::CommissionIncome => AccountKind::CommissionIncome,
            Self::PayoutHold => AccountKind::PayoutHold,
            Self::CashDifference => AccountKind::CashDifference,
        }
    }

    /// The card or person that the account belongs to; `None` for the accounts of which a business has one.
    #[must_use]
    pub const fn owner(&self) -> Option<Uuid> {
        match self {
            Self::Savings(card) => Some(card.uuid()),
            Self::Cash(collector) => Some(collector.uuid()),
            Self::ProviderClearing | Self::Bank | Self::CommissionIncome | Self::PayoutHold | Self::CashDifference => {
                None
            }
        }
    }
}

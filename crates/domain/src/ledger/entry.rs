//! Journal entries. They are only ever added; a correction is the mirror of what it corrects.

use jiff::Timestamp;
use jiff::civil::Date;

use super::LedgerAccount;
use crate::context::Context;
use crate::ids::{BusinessId, ContributionId, EntryId, IdFactory, PaymentRequestId, RoundId, SavingsAccountId, UserId};
use crate::money::{Money, MoneyError};

/// What an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryEvent {
    /// Cash was collected.
    CashContribution,
    /// Money came in through a payment provider.
    OnlineContribution,
    /// A contribution was reversed.
    ContributionReversal,
    /// Commission was taken, or given back.
    Commission,
    /// Money was set aside for a payment request.
    PayoutHeld,
    /// Money set aside went back to the card.
    PayoutReleased,
    /// A payment request was paid.
    PayoutPaid,
    /// A collector handed cash in.
    Remittance,
    /// Cash was missing, or left over, when a round was counted.
    CashDifference,
}

impl EntryEvent {
    /// All events.
    pub const ALL: [Self; 9] = [
        Self::CashContribution,
        Self::OnlineContribution,
        Self::ContributionReversal,
        Self::Commission,
        Self::PayoutHeld,
        Self::PayoutReleased,
        Self::PayoutPaid,
        Self::Remittance,
        Self::CashDifference,
    ];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CashContribution => "cash_contribution",
            Self::OnlineContribution => "online_contribution",
            Self::ContributionReversal => "contribution_reversal",
            Self::Commission => "commission",
            Self::PayoutHeld => "payout_held",
            Self::PayoutReleased => "payout_released",
            Self::PayoutPaid => "payout_paid",
            Self::Remittance => "remittance",
            Self::CashDifference => "cash_difference",
        }
    }
}

/// One side of an entry: an amount on an account, debit positive, credit negative, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: LedgerAccount,
    /// The amount: debit positive, credit negative.
    pub amount: Money,
}

/// What caused an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryLink {
    /// The card.
    pub savings_account_id: Option<SavingsAccountId>,
    /// The contribution or reversal.
    pub contribution_id: Option<ContributionId>,
    /// The payment request.
    pub payment_request_id: Option<PaymentRequestId>,
    /// The round.
    pub round_id: Option<RoundId>,
    /// The entry that this one mirrors.
    pub reverses: Option<EntryId>,
}

/// A journal entry: two postings that sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// The entry.
    pub id: EntryId,
    /// Whose books.
    pub business_id: BusinessId,
    /// What it records.
    pub event: EntryEvent,
    /// The business's day of the event.
    pub occurred_on: Date,
    /// What caused it.
    pub link: EntryLink,
    /// The debit and the credit.
    pub postings: [Posting; 2],
    /// When it was written.
    pub created_at: Timestamp,
    /// Who caused it.
    pub created_by: UserId,
}

impl JournalEntry {
    /// An entry that moves a positive `amount` from the credited to the debited account.
    ///
    /// # Errors
    /// [`MoneyError::NotPositive`] for an amount of zero or less.
    pub fn transfer(
        ids: &mut IdFactory,
        context: &Context,
        (business_id, event, link): (BusinessId, EntryEvent, EntryLink),
        (debit, credit): (LedgerAccount, LedgerAccount),
        amount: Money,
    ) -> Result<Self, MoneyError> {
        if amount <= Money::ZERO {
            return Err(MoneyError::NotPositive);
        }
        let postings = [Posting { account: debit, amount }, Posting { account: credit, amount: amount.negated()? }];
        Ok(Self {
            id: ids.make(),
            business_id,
            event,
            occurred_on: context.today,
            link,
            postings,
            created_at: context.now,
            created_by: context.actor,
        })
    }
}

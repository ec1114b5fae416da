//! A journal entry in an answer.

use ofektom_domain::ledger::{JournalEntry, LedgerAccount, Posting};
use ofektom_domain::money::{Money, MoneyError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, Day, Id, Moment};

/// A journal entry: its debits equal its credits.
#[derive(Serialize, ToSchema)]
pub struct EntryView {
    id: Id,
    business_id: Id,
    /// What it records, such as `cash_contribution`.
    event: &'static str,
    /// The business's day of the event.
    occurred_on: Day,
    /// The card that it concerns.
    savings_id: Option<Id>,
    /// The contribution or reversal that caused it.
    contribution_id: Option<Id>,
    /// The payment request that caused it.
    payment_request_id: Option<Id>,
    /// The round that caused it.
    round_id: Option<Id>,
    /// The entry that it mirrors.
    reverses: Option<Id>,
    postings: Vec<PostingView>,
    created_at: Moment,
    created_by: Id,
}

/// One side of an entry.
#[derive(Serialize, ToSchema)]
pub struct PostingView {
    /// The kind of account: `savings`, `cash`, `provider_clearing`, `bank`, `commission_income`, `payout_hold` or
    /// `cash_difference`.
    account: &'static str,
    /// The card of a `savings` account.
    savings_id: Option<Id>,
    /// The person of a `cash` account.
    collector: Option<Id>,
    /// `0.00` when the side is a credit.
    debit: Amount,
    /// `0.00` when the side is a debit.
    credit: Amount,
}

impl EntryView {
    /// An entry.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn of(entry: &JournalEntry) -> Result<Self, MoneyError> {
        Ok(Self {
            id: entry.id.into(),
            business_id: entry.business_id.into(),
            event: entry.event.as_str(),
            occurred_on: entry.occurred_on.into(),
            savings_id: entry.link.savings_account_id.map(Id::from),
            contribution_id: entry.link.contribution_id.map(Id::from),
            payment_request_id: entry.link.payment_request_id.map(Id::from),
            round_id: entry.link.round_id.map(Id::from),
            reverses: entry.link.reverses.map(Id::from),
            postings: entry.postings.iter().map(PostingView::of).collect::<Result<_, _>>()?,
            created_at: entry.created_at.into(),
            created_by: entry.created_by.into(),
        })
    }
}

impl PostingView {
    fn of(posting: &Posting) -> Result<Self, MoneyError> {
        let (savings_id, collector) = match posting.account {
            LedgerAccount::Savings(card) => (Some(Id::from(card)), None),
            LedgerAccount::Cash(collector) => (None, Some(Id::from(collector))),
            LedgerAccount::ProviderClearing
            | LedgerAccount::Bank
            | LedgerAccount::CommissionIncome
            | LedgerAccount::PayoutHold
            | LedgerAccount::CashDifference => (None, None),
        };
        let (debit, credit) = match posting.amount {
            amount if amount.is_negative() => (Money::ZERO, amount.negated()?),
            amount => (amount, Money::ZERO),
        };
        let account = posting.account.kind().as_str();
        Ok(Self { account, savings_id, collector, debit: debit.into(), credit: credit.into() })
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::{SavingsAccountId, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_posting_is_a_debit_or_a_credit() {
        let view = |account, kobo| {
            let posting = Posting { account, amount: Money::from_kobo(kobo) };
            serde_json::to_value(PostingView::of(&posting).unwrap()).unwrap()
        };
        let cash = view(LedgerAccount::Cash(UserId::from_uuid(Uuid::from_u128(1))), 50_000);
        assert_eq!((cash["debit"].as_str(), cash["credit"].as_str()), (Some("500.00"), Some("0.00")));
        assert!(cash["collector"].is_string() && cash["savings_id"].is_null());
        let card = view(LedgerAccount::Savings(SavingsAccountId::from_uuid(Uuid::from_u128(2))), -50_000);
        assert_eq!((card["debit"].as_str(), card["credit"].as_str()), (Some("0.00"), Some("500.00")));
        assert!(card["savings_id"].is_string() && card["collector"].is_null());
    }
}

//! Rows of `journal_entries`, `postings` and `commissions`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::ids::{
    BusinessId, CommissionId, ContributionId, EntryId, PaymentRequestId, RoundId, SavingsAccountId, UnitId, UserId,
};
use ofektom_domain::ledger::{AccountKind, EntryEvent, EntryLink, JournalEntry, LedgerAccount, Posting};
use ofektom_domain::money::Money;
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::StatementLine;
use uuid::Uuid;

use crate::engine::{Col, DbError, DbResult};
use crate::schema::{commissions, journal_entries, postings};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = journal_entries, treat_none_as_default_value = false)]
pub(crate) struct EntryRow {
    business_id: Col<BusinessId>,
    pub(super) id: Col<EntryId>,
    event: Col<EntryEvent>,
    pub(super) occurred_on: Col<Date>,
    savings_account_id: Option<Col<SavingsAccountId>>,
    contribution_id: Option<Col<ContributionId>>,
    payment_request_id: Option<Col<PaymentRequestId>>,
    reverses: Option<Col<EntryId>>,
    created_at: Col<Timestamp>,
    pub(super) created_by: Col<UserId>,
    round_id: Option<Col<RoundId>>,
}

impl From<&JournalEntry> for EntryRow {
    fn from(entry: &JournalEntry) -> Self {
        Self {
            business_id: Col(entry.business_id),
            id: Col(entry.id),
            event: Col(entry.event),
            occurred_on: Col(entry.occurred_on),
            savings_account_id: entry.link.savings_account_id.map(Col),
            contribution_id: entry.link.contribution_id.map(Col),
            payment_request_id: entry.link.payment_request_id.map(Col),
            reverses: entry.link.reverses.map(Col),
            created_at: Col(entry.created_at),
            created_by: Col(entry.created_by),
            round_id: entry.link.round_id.map(Col),
        }
    }
}

impl EntryRow {
    /// The line of a card's statement, with the card's balance after it.
    pub(super) fn statement_line(
        &self,
        (amount, balance): (Money, Money),
        (by, by_name): (UserId, Option<PersonName>),
    ) -> StatementLine {
        StatementLine {
            entry_id: self.id.0,
            occurred_on: self.occurred_on.0,
            event: self.event.0,
            amount,
            balance,
            contribution_id: self.contribution_id.map(|contribution| contribution.0),
            payment_request_id: self.payment_request_id.map(|request| request.0),
            by,
            by_name,
            created_at: self.created_at.0,
        }
    }

    /// The entry with its postings, which are given in the order of their lines.
    pub(super) fn with(self, postings: Vec<Posting>) -> DbResult<JournalEntry> {
        let id = self.id.0;
        let postings = postings.try_into();
        Ok(JournalEntry {
            id,
            business_id: self.business_id.0,
            event: self.event.0,
            occurred_on: self.occurred_on.0,
            link: EntryLink {
                savings_account_id: self.savings_account_id.map(|card| card.0),
                contribution_id: self.contribution_id.map(|contribution| contribution.0),
                payment_request_id: self.payment_request_id.map(|request| request.0),
                round_id: self.round_id.map(|round| round.0),
                reverses: self.reverses.map(|entry| entry.0),
            },
            postings: postings.map_err(|_| DbError::Corrupt(format!("the postings of entry {id}")))?,
            created_at: self.created_at.0,
            created_by: self.created_by.0,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = postings, treat_none_as_default_value = false)]
pub(crate) struct PostingRow {
    pub(crate) business_id: Col<BusinessId>,
    pub(crate) entry_id: Col<EntryId>,
    pub(crate) line: Col<u32>,
    pub(crate) account_kind: Col<AccountKind>,
    pub(crate) account_id: Option<Col<Uuid>>,
    pub(crate) amount_kobo: Col<Money>,
}

impl PostingRow {
    /// The rows of an entry's postings.
    pub(crate) fn of(entry: &JournalEntry) -> impl Iterator<Item = Self> + '_ {
        (0..).zip(&entry.postings).map(|(line, posting)| Self {
            business_id: Col(entry.business_id),
            entry_id: Col(entry.id),
            line: Col(line),
            account_kind: Col(posting.account.kind()),
            account_id: posting.account.owner().map(Col),
            amount_kobo: Col(posting.amount),
        })
    }
}

impl TryFrom<PostingRow> for Posting {
    type Error = DbError;

    fn try_from(row: PostingRow) -> DbResult<Self> {
        let account = match (row.account_kind.0, row.account_id) {
            (AccountKind::Savings, Some(card)) => LedgerAccount::Savings(card.0.into()),
            (AccountKind::Cash, Some(person)) => LedgerAccount::Cash(person.0.into()),
            (AccountKind::ProviderClearing, None) => LedgerAccount::ProviderClearing,
            (AccountKind::Bank, None) => LedgerAccount::Bank,
            (AccountKind::CommissionIncome, None) => LedgerAccount::CommissionIncome,
            (AccountKind::PayoutHold, None) => LedgerAccount::PayoutHold,
            (AccountKind::CashDifference, None) => LedgerAccount::CashDifference,
            _ => return Err(DbError::Corrupt(format!("the account of a posting of entry {}", row.entry_id.0))),
        };
        Ok(Self { account, amount: row.amount_kobo.0 })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = commissions, treat_none_as_default_value = false)]
pub(crate) struct CommissionRow {
    business_id: Col<BusinessId>,
    id: Col<CommissionId>,
    savings_account_id: Col<SavingsAccountId>,
    unit_id: Col<UnitId>,
    collector_id: Col<UserId>,
    period: Col<u32>,
    period_start: Col<Date>,
    amount_kobo: Col<Money>,
    contribution_id: Col<ContributionId>,
    entry_id: Col<EntryId>,
    occurred_on: Col<Date>,
    created_at: Col<Timestamp>,
}

impl From<CommissionRow> for CommissionMovement {
    fn from(row: CommissionRow) -> Self {
        Self {
            id: row.id.0,
            business_id: row.business_id.0,
            savings_account_id: row.savings_account_id.0,
            unit_id: row.unit_id.0,
            collector: row.collector_id.0,
            period: row.period.0,
            period_start: row.period_start.0,
            amount: row.amount_kobo.0,
            contribution_id: row.contribution_id.0,
            entry_id: row.entry_id.0,
            occurred_on: row.occurred_on.0,
            created_at: row.created_at.0,
        }
    }
}

impl From<&CommissionMovement> for CommissionRow {
    fn from(movement: &CommissionMovement) -> Self {
        Self {
            business_id: Col(movement.business_id),
            id: Col(movement.id),
            savings_account_id: Col(movement.savings_account_id),
            unit_id: Col(movement.unit_id),
            collector_id: Col(movement.collector),
            period: Col(movement.period),
            period_start: Col(movement.period_start),
            amount_kobo: Col(movement.amount),
            contribution_id: Col(movement.contribution_id),
            entry_id: Col(movement.entry_id),
            occurred_on: Col(movement.occurred_on),
            created_at: Col(movement.created_at),
        }
    }
}

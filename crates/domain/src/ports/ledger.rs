//! The books: reading and verifying them.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ReadScope, StoreResult};
use crate::commission::CommissionMovement;
use crate::ids::{BusinessId, ContributionId, EntryId, PaymentRequestId, SavingsAccountId, UnitId, UserId};
use crate::ledger::{AccountKind, EntryEvent, JournalEntry, LedgerReport, TrialBalanceLine};
use crate::money::Money;
use crate::page::{Page, PageRequest};
use crate::people::PersonName;
use crate::search::SearchText;

/// One line of a card's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The journal entry.
    pub entry_id: EntryId,
    /// The business's day.
    pub occurred_on: Date,
    /// What happened.
    pub event: EntryEvent,
    /// Money out of the card (positive) or into it (negative), as the ledger books it: debit positive.
    pub amount: Money,
    /// The balance of the card after the line.
    pub balance: Money,
    /// The contribution or reversal behind it.
    pub contribution_id: Option<ContributionId>,
    /// The payment request behind it.
    pub payment_request_id: Option<PaymentRequestId>,
    /// Who collected the money, or else caused the entry.
    pub by: UserId,
    /// His name; `None` when it was no person, but the program by itself.
    pub by_name: Option<PersonName>,
    /// When it was booked.
    pub created_at: Timestamp,
}

/// The movements of a card between two days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLines {
    /// The balance of the card before the first day.
    pub opening: Money,
    /// The movements, in the order of days.
    pub lines: Vec<StatementLine>,
}

impl StatementLines {
    /// The balance of the card after the last line.
    #[must_use]
    pub fn closing(&self) -> Money {
        self.lines.last().map_or(self.opening, |line| line.balance)
    }
}

/// Which commission movements.
#[derive(Clone, Debug, Default)]
pub struct CommissionFilter {
    /// Only of this business.
    pub business_id: Option<BusinessId>,
    /// Only from this card.
    pub savings_account_id: Option<SavingsAccountId>,
    /// Only from money of this collector.
    pub collector: Option<UserId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only booked for this day or later.
    pub from: Option<Date>,
    /// Only booked for this day or earlier.
    pub to: Option<Date>,
    /// Only from cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// Which journal entries of a business.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntryFilter {
    /// Only this event.
    pub event: Option<EntryEvent>,
    /// Only entries that concern this card.
    pub savings_account_id: Option<SavingsAccountId>,
    /// Only entries with a side on an account of this kind.
    pub account: Option<AccountKind>,
    /// Only entries with a side on the cash account of this collector.
    pub collector: Option<UserId>,
    /// Only booked for this day or later.
    pub from: Option<Date>,
    /// Only booked for this day or earlier.
    pub to: Option<Date>,
}

/// By what a commission summary is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommissionGroup {
    /// By collector.
    Collector,
    /// By unit.
    Unit,
    /// By calendar month.
    Month,
    /// By the first day of the card's commission period.
    Period,
    /// By business.
    Business,
}

/// One line of a commission summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionSummaryLine {
    /// The collector's, unit's or business's id, the month as `YYYY-MM`, or the first day of the period.
    pub key: String,
    /// The collector's, unit's or business's name.
    pub name: Option<String>,
    /// Commission taken.
    pub earned: Money,
    /// Commission given back, as a positive amount.
    pub reversed: Money,
    /// Earned less reversed.
    pub net: Money,
    /// How many movements.
    pub movements: i64,
}

/// Told while a long verification goes on: cards done, cards in all.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// Reads and verifies the books.
#[async_trait]
pub trait LedgerStore: Send + Sync {
    /// The movements of a card's ledger account between two days, in the order of days, with the running balance. Callers
    /// check first that the person may read the card.
    async fn statement_of(
        &self,
        business: BusinessId,
        card: SavingsAccountId,
        from: Option<Date>,
        to: Option<Date>,
    ) -> StoreResult<StatementLines>;

    /// The sums of all accounts of a business, a line a kind and for cash a line a collector, in the order of
    /// [`crate::ledger::AccountKind::ALL`]; of all entries, or of those booked for a day or earlier.
    async fn trial_balance(&self, business: BusinessId, as_of: Option<Date>) -> StoreResult<Vec<TrialBalanceLine>>;

    /// The journal of a business, newest first.
    async fn entries_list(
        &self,
        business: BusinessId,
        filter: EntryFilter,
        page: PageRequest,
    ) -> StoreResult<Page<JournalEntry>>;

    /// Commission movements that the caller may read, newest first. `own` of the scope is the collector.
    async fn commissions_list(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<CommissionMovement>>;

    /// Commission that the caller may read, summed by a key, largest net first.
    async fn commissions_summary(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        group: CommissionGroup,
    ) -> StoreResult<Vec<CommissionSummaryLine>>;

    /// Recomputes every balance of every business from the postings, in steps that do not stop the trade.
    async fn ledger_verify(&self, progress: Progress<'_>) -> StoreResult<LedgerReport>;
}

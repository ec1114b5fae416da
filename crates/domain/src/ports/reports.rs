//! What a business is told about itself, summed up or line by line.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Sheet, SheetPart, StoreResult};
use crate::ids::{BusinessId, ContributionId, EntryId, PaymentRequestId, UserId};
use crate::ledger::{AccountKind, BusinessSummary, EntryEvent};
use crate::money::Money;
use crate::people::PersonName;
use crate::tracking_number::TrackingNumber;

/// One posting of the journal with what an accountant wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// The journal entry.
    pub entry_id: EntryId,
    /// The business's day.
    pub occurred_on: Date,
    /// What it records.
    pub event: EntryEvent,
    /// The kind of account.
    pub account: AccountKind,
    /// The amount: debit positive, credit negative.
    pub amount: Money,
    /// The number of the card that the entry concerns.
    pub tracking_number: Option<TrackingNumber>,
    /// Whose cash account it is, or else who collected the money.
    pub collector: Option<UserId>,
    /// His name.
    pub collector_name: Option<PersonName>,
    /// The contribution or reversal behind it.
    pub contribution_id: Option<ContributionId>,
    /// The payment request behind it.
    pub payment_request_id: Option<PaymentRequestId>,
    /// The bank's reference of a payout.
    pub reference: Option<String>,
    /// When it was booked.
    pub created_at: Timestamp,
}

/// Which part of a journal, from the earliest day on.
#[derive(Clone, Copy, Debug)]
pub struct JournalPart {
    /// Whose journal.
    pub business_id: BusinessId,
    /// Only of this day or later.
    pub from: Option<Date>,
    /// Only of this day or earlier.
    pub to: Option<Date>,
    /// Only what was booked up to this instant, so that an export in parts shows one state.
    pub booked_until: Timestamp,
    /// Only what follows on this entry, in the order of days and then of entries.
    pub after: Option<EntryId>,
    /// Most entries.
    pub entries_max: u32,
}

/// Reads reports.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// What a business has collected, earned and paid out, and what is open, as of a day of its own.
    async fn business_summary(&self, business: BusinessId, today: Date) -> StoreResult<BusinessSummary>;

    /// A part of a journal, all postings of each entry, in the order of days and then of entries; and the entry after which
    /// the next part begins, if there is one.
    async fn journal_lines(&self, part: JournalPart) -> StoreResult<(Vec<JournalLine>, Option<EntryId>)>;

    /// A part of the collection sheet of a day: the active cards of a business that have an unpaid box of the day or an earlier
    /// one, as they stand now, in the order in which a collector walks. What is due is decided by
    /// [`crate::plan::DueBoxes::on`].
    async fn collection_sheet(&self, part: SheetPart) -> StoreResult<Sheet>;
}

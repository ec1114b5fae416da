//! What a business is told about itself: how it stands, and its journal for an accountant.

use jiff::civil::Date;
use ofektom_domain::business::Business;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::BusinessSummary;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{JournalLine, JournalPart};

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::input::period_check;

/// Entries that are read at once for an export.
const ENTRIES_AT_ONCE: u32 = 1_000;

/// Which days of a journal.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExportPeriod {
    /// The first day; the journal's when not given.
    pub from: Option<Date>,
    /// The last day; the journal's when not given.
    pub to: Option<Date>,
}

/// A part of a journal, and how the rest of it is had.
#[derive(Clone, Debug)]
pub struct ExportPage {
    /// The lines, in the order of days; all lines of an entry are in one part.
    pub lines: Vec<JournalLine>,
    /// The entry after which the next part begins; `None` at the end.
    pub next: Option<EntryId>,
    rest: JournalPart,
}

impl App {
    /// How a business stands: today, in its month, ever.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn business_summary(
        &self,
        caller: &Caller,
        business: BusinessId,
    ) -> AppResult<(Business, BusinessSummary)> {
        let grant = self.grant_read(caller, Verb::LedgerRead, business, "summary.read").await?;
        let summary = self.stores.reports.business_summary(business, grant.context.today).await?;
        Ok((grant.business, summary))
    }

    /// The first part of a journal between two days: as many entries as are asked for, or as are read at once.
    ///
    /// # Errors
    /// [`crate::AppError::Refused`] when the last day is before the first one; [`crate::AppError::Forbidden`],
    /// [`crate::AppError::NotFound`], also for a cursor that names nothing.
    pub async fn journal_export(
        &self,
        caller: &Caller,
        business: BusinessId,
        period: ExportPeriod,
        (after, entries_max): (Option<EntryId>, Option<u32>),
    ) -> AppResult<ExportPage> {
        period_check(period.from, period.to)?;
        self.grant_read(caller, Verb::LedgerRead, business, "journal.read").await?;
        self.export_part(JournalPart {
            business_id: business,
            from: period.from,
            to: period.to,
            booked_until: self.now(),
            after,
            entries_max: entries_max.unwrap_or(ENTRIES_AT_ONCE),
        })
        .await
    }

    /// The part that follows on another one. Nothing is in it that was booked after the export began.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn journal_export_rest(&self, page: &ExportPage) -> AppResult<Option<ExportPage>> {
        match page.next {
            Some(after) => self.export_part(JournalPart { after: Some(after), ..page.rest }).await.map(Some),
            None => Ok(None),
        }
    }

    async fn export_part(&self, part: JournalPart) -> AppResult<ExportPage> {
        let (lines, next) = self.stores.reports.journal_lines(part).await?;
        Ok(ExportPage { lines, next, rest: part })
    }
}

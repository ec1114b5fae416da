//! Reports: how a business stands, its journal line by line, and whom its collectors visit.

mod journal;
mod sheet;
mod summary;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::BusinessSummary;
use ofektom_domain::ports::{JournalLine, JournalPart, ReportStore, Sheet, SheetPart, StoreResult};

pub(crate) use summary::open_payouts_on;

use crate::engine::Db;

/// The reports of all businesses.
#[derive(Clone, Debug)]
pub struct Reports {
    db: Db,
}

impl Reports {
    /// Reports from `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ReportStore for Reports {
    async fn business_summary(&self, business: BusinessId, today: Date) -> StoreResult<BusinessSummary> {
        summary::business_summary(&self.db, business, today).await
    }

    async fn journal_lines(&self, part: JournalPart) -> StoreResult<(Vec<JournalLine>, Option<EntryId>)> {
        journal::journal_lines(&self.db, part).await
    }

    async fn collection_sheet(&self, part: SheetPart) -> StoreResult<Sheet> {
        sheet::collection_sheet(&self.db, part).await
    }
}

//! Reports: how a business stands, and its journal line by line.

mod journal;
mod summary;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::BusinessSummary;
use ofektom_domain::ports::{JournalLine, JournalPart, ReportStore, StoreResult};

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
}

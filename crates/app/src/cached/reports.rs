//! How a business stands.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_cache::{Cache, Caches};
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::BusinessSummary;
use ofektom_domain::ports::{JournalLine, JournalPart, ReportStore, Sheet, SheetPart, StoreResult};

use super::ledger::{ANSWERS_MAX, answered};
use super::summary_keys::{BooksKey, SummaryOn};

/// Keeps copies of how businesses stand.
pub(super) struct CachedReports {
    store: Arc<dyn ReportStore>,
    summaries: Cache<BooksKey<SummaryOn>>,
}

impl CachedReports {
    pub fn new(store: Arc<dyn ReportStore>, caches: &Caches) -> Self {
        Self { store, summaries: caches.cache(ANSWERS_MAX) }
    }
}

#[async_trait]
impl ReportStore for CachedReports {
    async fn business_summary(&self, business: BusinessId, today: Date) -> StoreResult<BusinessSummary> {
        let store = Arc::clone(&self.store);
        let key = BooksKey { business, question: SummaryOn(today) };
        answered(&self.summaries, key, async move || store.business_summary(business, today).await).await
    }

    async fn journal_lines(&self, part: JournalPart) -> StoreResult<(Vec<JournalLine>, Option<EntryId>)> {
        self.store.journal_lines(part).await
    }

    async fn collection_sheet(&self, part: SheetPart) -> StoreResult<Sheet> {
        self.store.collection_sheet(part).await
    }
}

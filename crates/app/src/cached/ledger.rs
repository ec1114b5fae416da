//! Sums over the books.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_cache::{Cache, Caches};
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::ledger::{JournalEntry, LedgerReport, TrialBalanceLine};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    CommissionFilter, CommissionGroup, CommissionSummaryLine, EntryFilter, LedgerStore, Progress, ReadScope,
    StatementLines, StoreError, StoreResult,
};

use super::shared_error::SharedError;
use super::summary_keys::{BalanceAsOf, BooksKey, CommissionBy, Question};

/// Most answers to one kind of question in this process.
pub(super) const ANSWERS_MAX: u64 = 2_000;

/// The answer to a question about the books: a copy, or read by one of those who want it at the same time.
///
/// # Errors
/// Those of the store.
pub(super) async fn answered<Q, F>(
    copies: &Cache<BooksKey<Q>>,
    key: BooksKey<Q>,
    read: impl FnOnce() -> F + Send + 'static,
) -> StoreResult<Q::Answer>
where
    Q: Question,
    F: Future<Output = StoreResult<Q::Answer>> + Send + 'static,
{
    let load = async move || Ok::<_, SharedError>(Some(read().await?));
    let found = copies.get_or_load(&key, load).await?;
    found.map(|answer| (*answer).clone()).ok_or(StoreError::NotFound)
}

/// Keeps copies of trial balances and sums of commission.
pub(super) struct CachedLedger {
    store: Arc<dyn LedgerStore>,
    balances: Cache<BooksKey<BalanceAsOf>>,
    commissions: Cache<BooksKey<CommissionBy>>,
}

impl CachedLedger {
    pub fn new(store: Arc<dyn LedgerStore>, caches: &Caches) -> Self {
        Self { store, balances: caches.cache(ANSWERS_MAX), commissions: caches.cache(ANSWERS_MAX) }
    }
}

/// The key of a sum that anybody with the same reach may see: over all of one business, or what is one collector's own
/// there. A super admin gets no copies, and a search is rarely asked twice.
fn commission_key(
    scope: &ReadScope,
    filter: &CommissionFilter,
    group: CommissionGroup,
) -> Option<BooksKey<CommissionBy>> {
    let business = filter.business_id?;
    let whole = scope.businesses.contains(&business);
    let own = scope.own_in.contains(&business);
    if scope.all || filter.search.is_some() || whole == own {
        return None;
    }
    let collector = if whole { filter.collector } else { Some(scope.own) };
    // What is another's is nothing to him; the store says so.
    if !whole && filter.collector.is_some_and(|asked| asked != scope.own) {
        return None;
    }
    let question = CommissionBy {
        group,
        card: filter.savings_account_id,
        collector,
        unit: filter.unit_id,
        from: filter.from,
        to: filter.to,
    };
    Some(BooksKey { business, question })
}

#[async_trait]
impl LedgerStore for CachedLedger {
    async fn statement_of(
        &self,
        business: BusinessId,
        card: SavingsAccountId,
        from: Option<Date>,
        to: Option<Date>,
    ) -> StoreResult<StatementLines> {
        self.store.statement_of(business, card, from, to).await
    }

    async fn trial_balance(&self, business: BusinessId, as_of: Option<Date>) -> StoreResult<Vec<TrialBalanceLine>> {
        let store = Arc::clone(&self.store);
        let key = BooksKey { business, question: BalanceAsOf(as_of) };
        answered(&self.balances, key, async move || store.trial_balance(business, as_of).await).await
    }

    async fn entries_list(
        &self,
        business: BusinessId,
        filter: EntryFilter,
        page: PageRequest,
    ) -> StoreResult<Page<JournalEntry>> {
        self.store.entries_list(business, filter, page).await
    }

    async fn commissions_list(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<CommissionMovement>> {
        self.store.commissions_list(scope, filter, page).await
    }

    async fn commissions_summary(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        group: CommissionGroup,
    ) -> StoreResult<Vec<CommissionSummaryLine>> {
        let Some(key) = commission_key(scope, filter, group) else {
            return self.store.commissions_summary(scope, filter, group).await;
        };
        let (store, scope, filter) = (Arc::clone(&self.store), scope.clone(), filter.clone());
        answered(&self.commissions, key, async move || store.commissions_summary(&scope, &filter, group).await).await
    }

    async fn ledger_verify(&self, progress: Progress<'_>) -> StoreResult<LedgerReport> {
        self.store.ledger_verify(progress).await
    }
}

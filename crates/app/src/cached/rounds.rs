//! Rounds that move cash, and the cash in collectors' hands.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_cache::{Cache, Caches};
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, RoundId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    CashDay, CloseRoundIn, DecideRound, NamedRound, ReadScope, RoundFilter, RoundStore, StoreResult,
};
use ofektom_domain::round::Round;

use super::after::ending;
use super::ledger::{ANSWERS_MAX, answered};
use super::summary_keys::{BooksKey, CashOn};
use super::tags::books_tag;

/// Keeps copies of who has how much cash, and ends them when a round moves it.
pub(super) struct CachedRounds {
    store: Arc<dyn RoundStore>,
    caches: Caches,
    cash: Cache<BooksKey<CashOn>>,
}

impl CachedRounds {
    pub fn new(store: Arc<dyn RoundStore>, caches: Caches) -> Self {
        Self { store, cash: caches.cache(ANSWERS_MAX), caches }
    }
}

#[async_trait]
impl RoundStore for CachedRounds {
    async fn round_close(&self, command: CloseRoundIn, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        let change = async move { store.round_close(command, idempotency).await };
        ending(&self.caches, change, move |_| vec![books_tag(business)]).await
    }

    async fn round_decide(&self, command: DecideRound, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        let change = async move { store.round_decide(command, idempotency).await };
        ending(&self.caches, change, move |_| vec![books_tag(business)]).await
    }

    async fn round_by_id(&self, scope: &ReadScope, id: RoundId) -> StoreResult<Option<NamedRound>> {
        self.store.round_by_id(scope, id).await
    }

    async fn rounds_list(
        &self,
        scope: &ReadScope,
        filter: &RoundFilter,
        page: PageRequest,
    ) -> StoreResult<Page<NamedRound>> {
        self.store.rounds_list(scope, filter, page).await
    }

    async fn cash_day(&self, business: BusinessId, collector: Option<UserId>, day: Date) -> StoreResult<Vec<CashDay>> {
        let (store, question) = (Arc::clone(&self.store), CashOn { collector, day });
        let read = async move || store.cash_day(business, collector, day).await;
        answered(&self.cash, BooksKey { business, question }, read).await
    }
}

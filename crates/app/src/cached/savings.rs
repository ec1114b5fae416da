//! Cards that change.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_cache::Caches;
use ofektom_domain::contribution::Marking;
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ChangeSavings, ReadScope, SavingsFilter, SavingsStore, StoreResult};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;

use super::after::ending;
use super::tags::{books_tag, card_tag};

/// Ends the copies of cards that change. What is read here is never a copy: see [`super::CardCopies`].
pub(super) struct CachedSavings {
    store: Arc<dyn SavingsStore>,
    caches: Caches,
}

impl CachedSavings {
    pub fn new(store: Arc<dyn SavingsStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl SavingsStore for CachedSavings {
    async fn savings_open(&self, account: SavingsAccount, effects: Effects) -> StoreResult<()> {
        let (store, business) = (Arc::clone(&self.store), account.business_id);
        let cards = [Some(account.id), account.renewed_from];
        let change = async move { store.savings_open(account, effects).await };
        ending(&self.caches, change, move |_| {
            cards.into_iter().flatten().map(card_tag).chain([books_tag(business)]).collect()
        })
        .await
    }

    async fn savings_change(&self, command: ChangeSavings) -> StoreResult<SavingsAccount> {
        let store = Arc::clone(&self.store);
        let tags = vec![card_tag(command.savings_account_id), books_tag(command.business_id)];
        ending(&self.caches, async move { store.savings_change(command).await }, move |_| tags).await
    }

    async fn savings_by_id(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<SavingsAccount>> {
        self.store.savings_by_id(scope, id).await
    }

    async fn savings_by_keys(&self, keys: Vec<(BusinessId, SavingsAccountId)>) -> StoreResult<Vec<SavingsAccount>> {
        self.store.savings_by_keys(keys).await
    }

    async fn savings_by_tracking(
        &self,
        scope: &ReadScope,
        number: TrackingNumber,
    ) -> StoreResult<Option<SavingsAccount>> {
        self.store.savings_by_tracking(scope, number).await
    }

    async fn savings_list(
        &self,
        scope: &ReadScope,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> StoreResult<Page<SavingsAccount>> {
        self.store.savings_list(scope, filter, page).await
    }

    async fn markings_of(&self, business: BusinessId, card: SavingsAccountId) -> StoreResult<Vec<Marking>> {
        self.store.markings_of(business, card).await
    }
}

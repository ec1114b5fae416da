//! Cards that mature.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_cache::Caches;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{MatureCards, MaturedCards, MaturingBusiness, MaturityStore, StoreResult};

use super::after::ending;
use super::tags::{books_tag, cards_of_tag};

/// Ends the copies of all cards of a business in which some matured: the store does not name them.
pub(super) struct CachedMaturity {
    store: Arc<dyn MaturityStore>,
    caches: Caches,
}

impl CachedMaturity {
    pub fn new(store: Arc<dyn MaturityStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl MaturityStore for CachedMaturity {
    async fn maturing_businesses(
        &self,
        now: Timestamp,
        after: Option<BusinessId>,
        limit: u32,
    ) -> StoreResult<Vec<MaturingBusiness>> {
        self.store.maturing_businesses(now, after, limit).await
    }

    async fn cards_mature(&self, command: MatureCards) -> StoreResult<MaturedCards> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        ending(&self.caches, async move { store.cards_mature(command).await }, move |done| {
            let none = done.is_some_and(|done| done.completed == 0 && done.paid_out == 0);
            if none { Vec::new() } else { vec![cards_of_tag(business), books_tag(business)] }
        })
        .await
    }
}

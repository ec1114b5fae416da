//! Payment requests: what they change.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_cache::Caches;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::ports::{DecidePayout, FilePayoutOn, PayoutFilter, PayoutStore, ReadScope, StoreResult};

use super::after::ending;
use super::tags::{books_tag, card_tag, cards_of_tag};

/// Ends the copies of cards that payment requests change.
pub(super) struct CachedPayouts {
    store: Arc<dyn PayoutStore>,
    caches: Caches,
}

impl CachedPayouts {
    pub fn new(store: Arc<dyn PayoutStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl PayoutStore for CachedPayouts {
    async fn payout_file(
        &self,
        command: FilePayoutOn,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>> {
        let store = Arc::clone(&self.store);
        let tags = vec![card_tag(command.savings_account_id), books_tag(command.business_id)];
        ending(&self.caches, async move { store.payout_file(command, idempotency).await }, move |_| tags).await
    }

    async fn payout_decide(
        &self,
        command: DecidePayout,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        let change = async move { store.payout_decide(command, idempotency).await };
        ending(&self.caches, change, move |answer| match answer {
            Some(Answer::Fresh { outcome, .. }) => vec![card_tag(outcome.savings_account_id), books_tag(business)],
            Some(Answer::Replayed(_)) | None => vec![cards_of_tag(business), books_tag(business)],
        })
        .await
    }

    async fn payout_by_id(&self, scope: &ReadScope, id: PaymentRequestId) -> StoreResult<Option<PaymentRequest>> {
        self.store.payout_by_id(scope, id).await
    }

    async fn payouts_list(
        &self,
        scope: &ReadScope,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> StoreResult<Page<PaymentRequest>> {
        self.store.payouts_list(scope, filter, page).await
    }
}

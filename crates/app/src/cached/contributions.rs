//! Contributions: what they change.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use ofektom_cache::{Caches, Tag};
use ofektom_domain::contribution::{Contribution, ContributionReceipt, Marking};
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ContributionId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    BulkOutcome, BulkPost, ContributionFilter, ContributionStore, PostContribution, ReadScope, ReverseContribution,
    StoreResult,
};

use super::after::ending;
use super::tags::{books_tag, card_tag, cards_of_tag};

/// Ends the copies of cards that contributions change.
pub(super) struct CachedContributions {
    store: Arc<dyn ContributionStore>,
    caches: Caches,
}

impl CachedContributions {
    pub fn new(store: Arc<dyn ContributionStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

/// The cards of a bulk; when it may have happened or not, all cards of the business.
fn of_bulk(business: BusinessId, answer: Option<&Answer<BulkOutcome>>) -> Vec<Tag> {
    match answer {
        Some(Answer::Fresh { outcome, .. }) => {
            let receipts = outcome.results.iter().flatten();
            let cards: BTreeSet<_> = receipts.map(|receipt| receipt.contribution.savings_account_id).collect();
            cards.into_iter().map(card_tag).chain([books_tag(business)]).collect()
        }
        // Also for an answer that was stored before: whoever got the first one, or none, may have ended the copies too early.
        Some(Answer::Replayed(_)) | None => vec![cards_of_tag(business), books_tag(business)],
    }
}

#[async_trait]
impl ContributionStore for CachedContributions {
    async fn contribution_post(
        &self,
        command: PostContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>> {
        let store = Arc::clone(&self.store);
        let tags = [card_tag(command.savings_account_id), books_tag(command.business_id)];
        let change = async move { store.contribution_post(command, idempotency).await };
        ending(&self.caches, change, move |_| tags.into()).await
    }

    async fn contributions_post_bulk(
        &self,
        command: BulkPost,
        idempotency: Idempotency<BulkOutcome>,
    ) -> StoreResult<Answer<BulkOutcome>> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        let change = async move { store.contributions_post_bulk(command, idempotency).await };
        ending(&self.caches, change, move |answer| of_bulk(business, answer)).await
    }

    async fn contributions_post_bulks(
        &self,
        bulks: Vec<(BulkPost, Idempotency<BulkOutcome>)>,
    ) -> StoreResult<Vec<Answer<BulkOutcome>>> {
        let businesses: BTreeSet<BusinessId> = bulks.iter().map(|(bulk, _)| bulk.business_id).collect();
        let store = Arc::clone(&self.store);
        let change = async move { store.contributions_post_bulks(bulks).await };
        // They are many: the copies of all cards of their businesses end.
        let tags = businesses.into_iter().flat_map(|business| [cards_of_tag(business), books_tag(business)]).collect();
        ending(&self.caches, change, move |_| tags).await
    }

    async fn contribution_reverse(
        &self,
        command: ReverseContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>> {
        let (store, business) = (Arc::clone(&self.store), command.business_id);
        let change = async move { store.contribution_reverse(command, idempotency).await };
        ending(&self.caches, change, move |answer| match answer {
            Some(Answer::Fresh { outcome, .. }) => {
                vec![card_tag(outcome.contribution.savings_account_id), books_tag(business)]
            }
            Some(Answer::Replayed(_)) | None => vec![cards_of_tag(business), books_tag(business)],
        })
        .await
    }

    async fn contribution_by_id(&self, scope: &ReadScope, id: ContributionId) -> StoreResult<Option<Contribution>> {
        self.store.contribution_by_id(scope, id).await
    }

    async fn contribution_markings(&self, business: BusinessId, id: ContributionId) -> StoreResult<Vec<Marking>> {
        self.store.contribution_markings(business, id).await
    }

    async fn contributions_list(
        &self,
        scope: &ReadScope,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Contribution>> {
        self.store.contributions_list(scope, filter, page).await
    }
}

//! Contributions: the hot path.

use async_trait::async_trait;
use jiff::civil::Date;

use super::{ReadScope, StoreResult};
use crate::context::Context;
use crate::contribution::{
    Contribution, ContributionItem, ContributionMethod, ContributionReceipt, ContributionStatus, Marking, PostRules,
    ReversalRequest,
};
use crate::idempotency::{Answer, Idempotency};
use crate::ids::{BusinessId, ContributionId, SavingsAccountId, UnitId, UserId};
use crate::page::{Page, PageRequest};
use crate::refusal::Refusal;
use crate::search::SearchText;
use crate::tracking_number::TrackingNumber;

/// Names a card in a bulk item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardRef {
    /// By its id.
    Id(SavingsAccountId),
    /// By the number on it.
    Tracking(TrackingNumber),
}

/// One contribution to post.
#[derive(Clone, Debug)]
pub struct PostContribution {
    /// The business that keeps the card.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// The contribution.
    pub item: ContributionItem,
    /// The business's rules.
    pub rules: PostRules,
    /// The circumstances.
    pub context: Context,
}

/// One item of a bulk.
#[derive(Clone, Debug)]
pub struct BulkItem {
    /// The card.
    pub card: CardRef,
    /// The contribution.
    pub item: ContributionItem,
}

/// Contributions to many cards of one business, 1 to 500.
#[derive(Clone, Debug)]
pub struct BulkPost {
    /// The business that keeps the cards.
    pub business_id: BusinessId,
    /// The items, decided in this order; an item that could not be read is refused in its place.
    pub items: Vec<Result<BulkItem, Refusal>>,
    /// Whether one refused item refuses them all.
    pub all_or_nothing: bool,
    /// The business's rules.
    pub rules: PostRules,
    /// The circumstances.
    pub context: Context,
}

/// The outcome of a bulk: one result an item, in the order given. `Err(None)` means that the card does not exist.
#[derive(Clone, Debug)]
pub struct BulkOutcome {
    /// The results.
    pub results: Vec<Result<ContributionReceipt, Option<Refusal>>>,
    /// Whether the accepted items were written. `false` when one was refused and all or nothing was asked for: then
    /// nothing is stored, not even the idempotency key.
    pub written: bool,
}

/// A contribution to reverse.
#[derive(Clone, Debug)]
pub struct ReverseContribution {
    /// The business that keeps the card.
    pub business_id: BusinessId,
    /// The contribution.
    pub contribution_id: ContributionId,
    /// Why.
    pub request: ReversalRequest,
    /// The circumstances.
    pub context: Context,
}

/// Which contributions.
#[derive(Clone, Debug, Default)]
pub struct ContributionFilter {
    /// Only of this business.
    pub business_id: Option<BusinessId>,
    /// Only on this card.
    pub savings_account_id: Option<SavingsAccountId>,
    /// Only on cards of this customer.
    pub customer_id: Option<UserId>,
    /// Only by this collector.
    pub collected_by: Option<UserId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only collected on or after this day.
    pub from: Option<Date>,
    /// Only collected on or before this day.
    pub to: Option<Date>,
    /// Only by this method.
    pub method: Option<ContributionMethod>,
    /// Only those whose money stands, or does not.
    pub status: Option<ContributionStatus>,
    /// Only on cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// Stores contributions. Every posting method is exactly-once under its idempotency key; the same key with another
/// request is `IdempotencyReused`, while the first is running `IdempotencyInProgress`. A refused command stores nothing.
#[async_trait]
pub trait ContributionStore: Send + Sync {
    /// Posts one contribution. Durable when it returns. `NotFound` when the business has no such card.
    async fn contribution_post(
        &self,
        command: PostContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>>;

    /// Posts contributions to many cards: each item is accepted or refused on its own, unless all or nothing is asked for.
    async fn contributions_post_bulk(
        &self,
        command: BulkPost,
        idempotency: Idempotency<BulkOutcome>,
    ) -> StoreResult<Answer<BulkOutcome>>;

    /// Posts several bulks in this order, each as [`Self::contributions_post_bulk`] would. They may be written together. The
    /// first error is the answer; the other bulks may have been written all the same.
    async fn contributions_post_bulks(
        &self,
        bulks: Vec<(BulkPost, Idempotency<BulkOutcome>)>,
    ) -> StoreResult<Vec<Answer<BulkOutcome>>>;

    /// Reverses a contribution by [`crate::contribution::reversal_decide`].
    async fn contribution_reverse(
        &self,
        command: ReverseContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>>;

    /// A contribution of a card that the caller may read.
    async fn contribution_by_id(&self, scope: &ReadScope, id: ContributionId) -> StoreResult<Option<Contribution>>;

    /// The boxes that a collection paid (reopened ones included), or that a reversal reopened, in order of days.
    async fn contribution_markings(&self, business: BusinessId, id: ContributionId) -> StoreResult<Vec<Marking>>;

    /// Contributions on cards that the caller may read, newest first.
    async fn contributions_list(
        &self,
        scope: &ReadScope,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Contribution>>;
}

//! Payment requests.

use async_trait::async_trait;
use jiff::civil::Date;

use super::{ReadScope, StoreResult};
use crate::business::Policy;
use crate::context::Context;
use crate::idempotency::{Answer, Idempotency};
use crate::ids::{BusinessId, PaymentRequestId, SavingsAccountId, UnitId, UserId};
use crate::page::{Page, PageRequest};
use crate::payout::{FilePayout, PaymentRequest, PayoutDecision, PayoutStatus};
use crate::search::SearchText;

/// A payment request to file on a card.
#[derive(Clone, Debug)]
pub struct FilePayoutOn {
    /// The business that keeps the card.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// What is asked for.
    pub request: FilePayout,
    /// The business's policy.
    pub policy: Policy,
    /// The circumstances.
    pub context: Context,
}

/// A decision on a payment request.
#[derive(Clone, Debug)]
pub struct DecidePayout {
    /// The business that pays.
    pub business_id: BusinessId,
    /// The request.
    pub payment_request_id: PaymentRequestId,
    /// The decision.
    pub decision: PayoutDecision,
    /// The business's policy.
    pub policy: Policy,
    /// The circumstances.
    pub context: Context,
}

/// Which payment requests.
#[derive(Clone, Debug, Default)]
pub struct PayoutFilter {
    /// Only of this business.
    pub business_id: Option<BusinessId>,
    /// Only of this customer.
    pub customer_id: Option<UserId>,
    /// Only on this card.
    pub savings_account_id: Option<SavingsAccountId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only in this status.
    pub status: Option<PayoutStatus>,
    /// Only filed on this day of the business or later.
    pub from: Option<Date>,
    /// Only filed on this day of the business or earlier.
    pub to: Option<Date>,
    /// Only on cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// Stores payment requests. Exactly-once in the same way as contributions.
#[async_trait]
pub trait PayoutStore: Send + Sync {
    /// Files a payment request by [`crate::payout::file_decide`]. A named bank account is looked up among the customer's.
    async fn payout_file(
        &self,
        command: FilePayoutOn,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>>;

    /// Decides on a payment request by [`crate::payout::payout_decide`], with card and request locked (the card first).
    async fn payout_decide(
        &self,
        command: DecidePayout,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>>;

    /// A payment request that the caller may read.
    async fn payout_by_id(&self, scope: &ReadScope, id: PaymentRequestId) -> StoreResult<Option<PaymentRequest>>;

    /// Payment requests that the caller may read, newest first.
    async fn payouts_list(
        &self,
        scope: &ReadScope,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> StoreResult<Page<PaymentRequest>>;
}

//! Payment requests: filing, deciding and reading them.

mod decide;
mod file;
mod read;
mod row;
mod write;

use async_trait::async_trait;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::ports::{DecidePayout, FilePayoutOn, PayoutFilter, PayoutStore, ReadScope, StoreResult};

use crate::engine::Db;

pub(crate) use write::payment_request_write_in_tx;

/// The payment requests of all businesses.
#[derive(Clone, Debug)]
pub struct Payouts {
    db: Db,
}

impl Payouts {
    /// Payment requests in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PayoutStore for Payouts {
    async fn payout_file(
        &self,
        command: FilePayoutOn,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>> {
        file::payout_file(&self.db, command, idempotency).await
    }

    async fn payout_decide(
        &self,
        command: DecidePayout,
        idempotency: Idempotency<PaymentRequest>,
    ) -> StoreResult<Answer<PaymentRequest>> {
        decide::payout_decide(&self.db, command, idempotency).await
    }

    async fn payout_by_id(&self, scope: &ReadScope, id: PaymentRequestId) -> StoreResult<Option<PaymentRequest>> {
        read::payout_by_id(&self.db, scope, id).await
    }

    async fn payouts_list(
        &self,
        scope: &ReadScope,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> StoreResult<Page<PaymentRequest>> {
        read::payouts_list(&self.db, scope, filter.clone(), page).await
    }
}

//! Reading payment requests.

use ofektom_domain::audit::AuditEntity;
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::permission::{Reach, Verb, reach};
use ofektom_domain::ports::PayoutFilter;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::names::Named;

impl App {
    /// A payment request, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn payout_get(&self, caller: &Caller, id: PaymentRequestId) -> AppResult<Named<PaymentRequest>> {
        let scope = self.scope(caller, Verb::PayoutRead, None)?;
        let found = self.stores.payouts.payout_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        let about = (AuditEntity::PaymentRequest, id.uuid());
        self.reading_audit(caller, "payment_request.read", found.business_id, about).await?;
        self.row_named(found).await
    }

    /// Payment requests that the caller may read, newest first, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the filter names a foreign business.
    pub async fn payouts_list(
        &self,
        caller: &Caller,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> AppResult<Named<Page<PaymentRequest>>> {
        let scope = self.scope(caller, Verb::PayoutRead, filter.business_id)?;
        let found = self.stores.payouts.payouts_list(&scope, filter, page).await?;
        let seen = found.items.iter().map(|request| (request.business_id, request.id.uuid()));
        self.readings_audit(caller, "payment_request.list", filter.business_id, seen).await?;
        self.page_named(found).await
    }

    /// Whether the caller may see a request's whole bank details: their owner always; while the request is open whoever may
    /// decide on it; once it is paid or failed for good who approved or paid it, to hold it against the bank's records.
    #[must_use]
    pub fn payout_details_visible(&self, caller: &Caller, request: &PaymentRequest) -> bool {
        let me = caller.id();
        let role = caller.role_in(request.business_id);
        let decides = role.is_some_and(|role| reach(Verb::PayoutDecide, role) == Reach::Business);
        let acted = [request.approved_by, request.paid_by].contains(&Some(me));
        request.customer_id == me || (decides && (request.status.is_open() || acted))
    }
}

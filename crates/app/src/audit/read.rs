//! Reading the trail of a business.

use ofektom_domain::calendar::add_days;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{AuditEntry, AuditFilter, AuditSpan};

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

impl App {
    /// The trail of a business, newest first. The reading of a super admin is a row of it, written before he is answered.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn audit_list(
        &self,
        caller: &Caller,
        business: BusinessId,
        filter: AuditFilter,
        page: PageRequest,
    ) -> AppResult<Page<AuditEntry>> {
        let grant = self.grant_read(caller, Verb::AuditRead, business, "audit.read").await?;
        let start = |day| grant.business.day_start(day);
        let span = AuditSpan {
            from: filter.from.and_then(start),
            before: filter.to.and_then(|day| add_days(day, 1)).and_then(start),
        };
        Ok(self.stores.audit.audit_list(business, filter, span, page).await?)
    }
}

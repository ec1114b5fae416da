//! Which payment requests a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::PayoutFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{Check, Checks, CursorIn, DayIn, IdIn, LimitIn, PayoutStatusIn, days_of, page_of};

/// Which payment requests.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequestQuery {
    business_id: Option<IdIn>,
    customer_id: Option<IdIn>,
    savings_id: Option<IdIn>,
    status: Option<PayoutStatusIn>,
    /// Only filed on this day of the business or later.
    from: Option<DayIn>,
    /// Only filed on this day of the business or earlier.
    to: Option<DayIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
}

impl Check for PaymentRequestQuery {
    type Output = (PayoutFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let savings_account_id = checks.take_optional_id("savings_id", self.savings_id);
        let status = checks.take_optional("status", self.status);
        let days = days_of(checks, self.from, self.to);
        let (from, to) = days.unzip();
        let page = page_of(checks, self.limit, self.cursor);
        let filter = PayoutFilter {
            business_id: business_id?,
            customer_id: customer_id?,
            savings_account_id: savings_account_id?,
            status: status?,
            from: from?,
            to: to?,
        };
        Some((filter, page?))
    }
}

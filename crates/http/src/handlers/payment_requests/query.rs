//! Which payment requests a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::PayoutFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{Check, Checks, CursorIn, DayIn, IdIn, LimitIn, PayoutStatusIn, SearchIn, TotalIn, days_of, page_of};

/// Which payment requests.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequestQuery {
    business_id: Option<IdIn>,
    customer_id: Option<IdIn>,
    savings_id: Option<IdIn>,
    unit_id: Option<IdIn>,
    status: Option<PayoutStatusIn>,
    /// Only filed on this day of the business or later.
    from: Option<DayIn>,
    /// Only filed on this day of the business or earlier.
    to: Option<DayIn>,
    /// Only on cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for PaymentRequestQuery {
    type Output = (PayoutFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let savings_account_id = checks.take_optional_id("savings_id", self.savings_id);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let status = checks.take_optional("status", self.status);
        let days = days_of(checks, self.from, self.to);
        let (from, to) = days.unzip();
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = PayoutFilter {
            business_id: business_id?,
            customer_id: customer_id?,
            savings_account_id: savings_account_id?,
            unit_id: unit_id?,
            status: status?,
            from: from?,
            to: to?,
            search: search?,
        };
        Some((filter, page?))
    }
}

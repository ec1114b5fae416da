//! Listing cards.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::SavingsFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavingsView;
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{
    Check, Checks, CursorIn, DayIn, IdIn, LimitIn, PlanKindIn, ProgressIn, SavingsStatusIn, SearchIn, TotalIn, page_of,
};

/// Which cards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavingsQuery {
    business_id: Option<IdIn>,
    customer_id: Option<IdIn>,
    unit_id: Option<IdIn>,
    kind: Option<PlanKindIn>,
    status: Option<SavingsStatusIn>,
    progress: Option<ProgressIn>,
    /// Only active cards with an unpaid box of a day before this one. The collection sheet of a day counts that day, too.
    due_before: Option<DayIn>,
    /// Only cards whose first day is this or a later one.
    starts_from: Option<DayIn>,
    /// Only cards whose first day is this or an earlier one.
    starts_to: Option<DayIn>,
    /// Only cards whose last day is this or a later one.
    ends_from: Option<DayIn>,
    /// Only cards whose last day is this or an earlier one.
    ends_to: Option<DayIn>,
    /// Only cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for SavingsQuery {
    type Output = (SavingsFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let kind = checks.take_optional("kind", self.kind);
        let status = checks.take_optional("status", self.status);
        let progress = checks.take_optional("progress", self.progress);
        let due_before = checks.take_optional("due_before", self.due_before);
        let starts_from = checks.take_optional("starts_from", self.starts_from);
        let starts_to = checks.take_optional("starts_to", self.starts_to);
        let ends_from = checks.take_optional("ends_from", self.ends_from);
        let ends_to = checks.take_optional("ends_to", self.ends_to);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = SavingsFilter {
            business_id: business_id?,
            customer_id: customer_id?,
            unit_id: unit_id?,
            kind: kind?,
            status: status?,
            progress: progress?,
            due_before: due_before?,
            starts_from: starts_from?,
            starts_to: starts_to?,
            ends_from: ends_from?,
            ends_to: ends_to?,
            search: search?,
        };
        Some((filter, page?))
    }
}

/// `GET /savings`
///
/// # Errors
/// Those of [`App::savings_list`].
pub async fn savings_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<SavingsQuery>,
) -> ApiResult {
    let page = app.savings_list(&caller, &filter, page).await?;
    reply::named_page(&page, SavingsView::named)
}

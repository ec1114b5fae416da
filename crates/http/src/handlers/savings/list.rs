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
use crate::wire::{Check, Checks, CursorIn, IdIn, LimitIn, PageView, PlanKindIn, SavingsStatusIn, page_of};

/// Which cards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavingsQuery {
    business_id: Option<IdIn>,
    customer_id: Option<IdIn>,
    unit_id: Option<IdIn>,
    kind: Option<PlanKindIn>,
    status: Option<SavingsStatusIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
}

impl Check for SavingsQuery {
    type Output = (SavingsFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let kind = checks.take_optional("kind", self.kind);
        let status = checks.take_optional("status", self.status);
        let page = page_of(checks, self.limit, self.cursor);
        let filter = SavingsFilter {
            business_id: business_id?,
            customer_id: customer_id?,
            unit_id: unit_id?,
            kind: kind?,
            status: status?,
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
    let accounts = app.savings_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(accounts, |account| SavingsView::from(&account)))
}

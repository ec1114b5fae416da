//! The platform's businesses.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::business::BusinessStatus;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::{BusinessFilter, OwnedBusiness};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiJson, ApiPath, ApiQuery, SignedIn};
use crate::handlers::auth::UserView;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{BusinessStatusIn, Check, Checks, CursorIn, Id, LimitIn, Moment, PageView, TextIn, TotalIn, page_of};

/// Which businesses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessesQuery {
    status: Option<BusinessStatusIn>,
    /// Only names that contain this text, or the business with this join code.
    search: Option<TextIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for BusinessesQuery {
    type Output = (BusinessFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let status = checks.take_optional("status", self.status);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        Some((BusinessFilter { status: status?, search: search? }, page?))
    }
}

/// Whether a business trades.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessStatusPatch {
    status: BusinessStatusIn,
}

impl Check for BusinessStatusPatch {
    type Output = BusinessStatus;

    fn check(self, checks: &mut Checks) -> Option<BusinessStatus> {
        checks.take("status", self.status)
    }
}

/// A business, as whoever runs the platform sees it.
#[derive(Serialize, ToSchema)]
pub struct AdminBusinessView {
    id: Id,
    name: String,
    /// The code by which customers join.
    #[schema(example = "K7M2QX")]
    join_code: String,
    #[schema(example = "NGN")]
    currency: String,
    #[schema(example = "Africa/Lagos")]
    time_zone: String,
    /// `active`, `suspended` or `closed`.
    status: &'static str,
    owner: UserView,
    created_at: Moment,
    updated_at: Moment,
}

impl From<OwnedBusiness> for AdminBusinessView {
    fn from(OwnedBusiness { business, owner }: OwnedBusiness) -> Self {
        Self {
            id: business.id.into(),
            name: business.name,
            join_code: business.join_code.to_string(),
            currency: business.currency.to_string(),
            time_zone: business.time_zone,
            status: business.status.as_str(),
            owner: UserView::from(&owner),
            created_at: business.created_at.into(),
            updated_at: business.updated_at.into(),
        }
    }
}

/// `GET /admin/businesses`
///
/// # Errors
/// Those of [`App::platform_businesses_list`].
pub async fn platform_businesses_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<BusinessesQuery>,
) -> ApiResult {
    let businesses = app.platform_businesses_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(businesses, AdminBusinessView::from))
}

/// `PATCH /admin/businesses/{id}`
///
/// # Errors
/// Those of [`App::platform_business_update`].
pub async fn platform_business_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BusinessId>,
    ApiJson(status): ApiJson<BusinessStatusPatch>,
) -> ApiResult {
    let business = app.platform_business_update(&caller, id, status).await?;
    reply::ok(&AdminBusinessView::from(business))
}

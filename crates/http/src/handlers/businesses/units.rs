//! Units: branches and routes of a business.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::business::Unit;
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiJson, ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, CursorIn, Id, LimitIn, Moment, PageView, TextIn, TotalIn, page_of};

/// A unit.
#[derive(Serialize, ToSchema)]
pub struct UnitView {
    id: Id,
    business_id: Id,
    name: String,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Unit> for UnitView {
    fn from(unit: Unit) -> Self {
        Self {
            id: unit.id.into(),
            business_id: unit.business_id.into(),
            name: unit.name,
            created_at: unit.created_at.into(),
            updated_at: unit.updated_at.into(),
        }
    }
}

/// A unit to add or rename.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitBody {
    name: TextIn,
}

impl Check for UnitBody {
    type Output = String;

    fn check(self, checks: &mut Checks) -> Option<String> {
        checks.take("name", self.name)
    }
}

/// Which page of the units.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitsQuery {
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for UnitsQuery {
    type Output = PageRequest;

    fn check(self, checks: &mut Checks) -> Option<PageRequest> {
        page_of(checks, self.limit, self.cursor, self.total)
    }
}

/// `GET /businesses/{id}/units`
///
/// # Errors
/// Those of [`App::units_list`].
pub async fn units_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery(page): ApiQuery<UnitsQuery>,
) -> ApiResult {
    let units = app.units_list(&caller, business, page).await?;
    reply::ok(&PageView::of(units, UnitView::from))
}

/// `POST /businesses/{id}/units`
///
/// # Errors
/// Those of [`App::unit_create`].
pub async fn unit_create(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiJson(name): ApiJson<UnitBody>,
) -> ApiResult {
    let unit = app.unit_create(&caller, business, &name).await?;
    let location = format!("/api/v1/businesses/{business}/units/{}", unit.id);
    reply::created(&location, &UnitView::from(unit))
}

/// `PATCH /businesses/{id}/units/{unit_id}`
///
/// # Errors
/// Those of [`App::unit_update`].
pub async fn unit_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, id)): ApiPath<(BusinessId, UnitId)>,
    ApiJson(name): ApiJson<UnitBody>,
) -> ApiResult {
    let unit = app.unit_update(&caller, business, id, &name).await?;
    reply::ok(&UnitView::from(unit))
}

/// `DELETE /businesses/{id}/units/{unit_id}`
///
/// # Errors
/// Those of [`App::unit_delete`].
pub async fn unit_delete(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, id)): ApiPath<(BusinessId, UnitId)>,
) -> ApiResult {
    app.unit_delete(&caller, business, id).await?;
    reply::no_content()
}

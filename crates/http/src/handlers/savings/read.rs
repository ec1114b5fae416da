//! Reading one card.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::tracking_number::TrackingNumber;

use super::SavingsView;
use crate::extract::{ApiPath, SignedIn};
use crate::problem::{ApiResult, Problem, kind};
use crate::reply;

/// `GET /savings/{id}`
///
/// # Errors
/// Those of [`App::savings_get`].
pub async fn savings_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
) -> ApiResult {
    let account = app.savings_get(&caller, id).await?;
    reply::single(&request, &SavingsView::named(&account.read, &account.names))
}

/// `GET /savings/by-tracking/{tracking_number}`
///
/// # Errors
/// Those of [`App::savings_by_tracking`].
pub async fn savings_by_tracking(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(number): ApiPath<String>,
) -> ApiResult {
    let number: TrackingNumber = number.parse().map_err(|_| Problem::new(kind::NOT_FOUND))?;
    let account = app.savings_by_tracking(&caller, number).await?;
    reply::single(&request, &SavingsView::named(&account.read, &account.names))
}

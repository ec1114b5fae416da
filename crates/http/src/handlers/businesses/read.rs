//! Reading businesses.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;

use super::BusinessView;
use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /businesses`
///
/// # Errors
/// Those of [`App::businesses_list`].
pub async fn businesses_list(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let businesses = app.businesses_list(&caller).await?;
    reply::ok(&PageView::whole(businesses, BusinessView::from))
}

/// `GET /businesses/{id}`
///
/// # Errors
/// Those of [`App::business_get`].
pub async fn business_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BusinessId>,
) -> ApiResult {
    let business = app.business_get(&caller, id).await?;
    reply::single(&request, &BusinessView::from(business))
}

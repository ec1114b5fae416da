//! Reading contributions.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::ContributionId;

use super::{ContributionDetailView, ContributionQuery, ContributionView};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /contributions/{id}`
///
/// # Errors
/// Those of [`App::contribution_get`].
pub async fn contribution_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<ContributionId>,
) -> ApiResult {
    let view = app.contribution_get(&caller, id).await?;
    reply::single(&request, &ContributionDetailView::new(&view.contribution, &view.boxes))
}

/// `GET /contributions`
///
/// # Errors
/// Those of [`App::contributions_list`].
pub async fn contributions_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<ContributionQuery>,
) -> ApiResult {
    let page = app.contributions_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(page, |contribution| ContributionView::from(&contribution)))
}

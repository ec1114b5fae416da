//! Reading rounds.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::RoundId;

use super::{NamedRoundView, RoundQuery};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /rounds/{id}`
///
/// # Errors
/// Those of [`App::round_get`].
pub async fn round_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<RoundId>,
) -> ApiResult {
    let round = app.round_get(&caller, id).await?;
    reply::single(&request, &NamedRoundView::from(&round))
}

/// `GET /rounds`
///
/// # Errors
/// Those of [`App::rounds_list`].
pub async fn rounds_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<RoundQuery>,
) -> ApiResult {
    let rounds = app.rounds_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(rounds, |round| NamedRoundView::from(&round)))
}

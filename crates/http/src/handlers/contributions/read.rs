//! Reading contributions.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::ContributionId;

use super::view::HEADER;
use super::{ContributionDetailView, ContributionQuery, ContributionView};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form};

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
    let contribution = &view.contribution;
    reply::single(&request, &ContributionDetailView::named(&contribution.read, &contribution.names, &view.boxes))
}

/// `GET /contributions`
///
/// # Errors
/// Those of [`App::contributions_list`].
pub async fn contributions_list(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<ContributionQuery>,
) -> ApiResult {
    if reply::wanted(&request, &[Form::Csv]) == Form::Csv {
        return reply::csv_of_list("contributions", HEADER, page, move |page| {
            let (app, caller, filter) = (app.clone(), caller.clone(), filter.clone());
            async move {
                let found = app.contributions_list(&caller, &filter, page).await?;
                Ok(found.rows.map_ref(|contribution| ContributionView::named(contribution, &found.names).cells()))
            }
        })
        .await;
    }
    let found = app.contributions_list(&caller, &filter, page).await?;
    reply::named_page(&found, ContributionView::named)
}

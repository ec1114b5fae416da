//! Recording a contribution.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::SavingsAccountId;

use super::{ContributionBody, ContributionDetailView};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;

/// `POST /savings/{id}/contributions`
///
/// # Errors
/// Those of [`App::contribution_post`].
pub async fn contribution_post(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(card): ApiPath<SavingsAccountId>,
    request: Idempotent<ContributionBody>,
) -> ApiResult {
    let render = reply::rendered(ContributionDetailView::of_receipt, ContributionDetailView::location);
    let (input, idempotency) = request.rendered_by(render);
    Ok(reply::stored(app.contribution_post(&caller, card, input, idempotency).await?))
}

//! Reversing a contribution.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::ContributionId;

use super::{ContributionDetailView, ReversalBody};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;

/// `POST /contributions/{id}/reversal`; the answer is the reversal, which is a contribution of its own.
///
/// # Errors
/// Those of [`App::contribution_reverse`].
pub async fn contribution_reverse(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<ContributionId>,
    request: Idempotent<ReversalBody>,
) -> ApiResult {
    let render = reply::rendered(ContributionDetailView::of_receipt, ContributionDetailView::location);
    let (reason, idempotency) = request.rendered_by(render);
    Ok(reply::stored(app.contribution_reverse(&caller, id, &reason, idempotency).await?))
}

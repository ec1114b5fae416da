//! Recording the contributions of a whole round at once.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::BusinessId;

use super::{BulkBody, BulkView};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;

/// `POST /businesses/{id}/contributions/bulk`
///
/// # Errors
/// `bulk_refused` when one item is refused and all or nothing was asked for; those of [`App::contributions_post_bulk`].
pub async fn contributions_post_bulk(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    request: Idempotent<BulkBody>,
) -> ApiResult {
    let (input, idempotency) = request.rendered_by(reply::rendered(BulkView::of, |_| None));
    match app.contributions_post_bulk(&caller, business, input, idempotency).await? {
        Answer::Fresh { outcome, .. } if !outcome.written => Err(BulkView::refusal(&outcome)),
        answer => Ok(reply::stored(answer)),
    }
}

//! Reading payment requests.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::PaymentRequestId;

use super::{PaymentRequestQuery, PaymentRequestView};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /payment-requests/{id}`
///
/// # Errors
/// Those of [`App::payout_get`].
pub async fn payout_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<PaymentRequestId>,
) -> ApiResult {
    let payout = app.payout_get(&caller, id).await?;
    let whole = app.payout_details_visible(&caller, &payout);
    reply::single(&request, &PaymentRequestView::of(&payout, whole))
}

/// `GET /payment-requests`
///
/// # Errors
/// Those of [`App::payouts_list`].
pub async fn payouts_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<PaymentRequestQuery>,
) -> ApiResult {
    let payouts = app.payouts_list(&caller, &filter, page).await?;
    let view = |payout| PaymentRequestView::of(&payout, app.payout_details_visible(&caller, &payout));
    reply::ok(&PageView::of(payouts, view))
}

//! Reading payment requests.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::PaymentRequestId;

use super::table::{HEADER, cells};
use super::{PaymentRequestQuery, PaymentRequestView};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form};
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
    let found = app.payout_get(&caller, id).await?;
    let whole = app.payout_details_visible(&caller, &found.read);
    reply::single(&request, &PaymentRequestView::named(&found.read, &found.names, whole))
}

/// `GET /payment-requests`
///
/// # Errors
/// Those of [`App::payouts_list`].
pub async fn payouts_list(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<PaymentRequestQuery>,
) -> ApiResult {
    if reply::wanted(&request, &[Form::Csv]) == Form::Csv {
        return reply::csv_of_list("payment-requests", HEADER, page, move |page| {
            let (app, caller, filter) = (app.clone(), caller.clone(), filter.clone());
            async move {
                let found = app.payouts_list(&caller, &filter, page).await?;
                Ok(found.read.map(|payout| cells(&payout, &found.names)))
            }
        })
        .await;
    }
    let found = app.payouts_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(found.read, |payout| {
        let whole = app.payout_details_visible(&caller, &payout);
        PaymentRequestView::named(&payout, &found.names, whole)
    }))
}

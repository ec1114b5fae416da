//! Deciding on a payment request.

use actix_web::web::Data;
use ofektom_app::{App, Caller, IdempotencyInput};
use ofektom_domain::idempotency::Render;
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::payout::{PaymentRequest, PayoutDecision};

use super::{DisburseBody, FailBody, PaymentRequestView, RejectBody};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::Nothing;

type Id = ApiPath<PaymentRequestId>;

/// `POST /payment-requests/{id}/approve`
///
/// # Errors
/// Those of [`App::payout_decide`].
pub async fn payout_approve(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): Id,
    request: Idempotent<Nothing>,
) -> ApiResult {
    let ((), idempotency) = request.rendered_by(render());
    decide(&app, &caller, id, (PayoutDecision::Approve, idempotency)).await
}

/// `POST /payment-requests/{id}/reject`
///
/// # Errors
/// Those of [`App::payout_decide`].
pub async fn payout_reject(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): Id,
    request: Idempotent<RejectBody>,
) -> ApiResult {
    decide(&app, &caller, id, request.rendered_by(render())).await
}

/// `POST /payment-requests/{id}/cancel`
///
/// # Errors
/// Those of [`App::payout_decide`].
pub async fn payout_cancel(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): Id,
    request: Idempotent<Nothing>,
) -> ApiResult {
    let ((), idempotency) = request.rendered_by(render());
    decide(&app, &caller, id, (PayoutDecision::Cancel, idempotency)).await
}

/// `POST /payment-requests/{id}/disburse`
///
/// # Errors
/// Those of [`App::payout_decide`].
pub async fn payout_disburse(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): Id,
    request: Idempotent<DisburseBody>,
) -> ApiResult {
    decide(&app, &caller, id, request.rendered_by(render())).await
}

/// `POST /payment-requests/{id}/fail`
///
/// # Errors
/// Those of [`App::payout_decide`].
pub async fn payout_fail(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): Id,
    request: Idempotent<FailBody>,
) -> ApiResult {
    decide(&app, &caller, id, request.rendered_by(render())).await
}

fn render() -> Render<PaymentRequest> {
    reply::rendered(PaymentRequestView::masked, |_| None)
}

async fn decide(
    app: &App,
    caller: &Caller,
    id: PaymentRequestId,
    (decision, idempotency): (PayoutDecision, IdempotencyInput<PaymentRequest>),
) -> ApiResult {
    Ok(reply::stored(app.payout_decide(caller, id, decision, idempotency).await?))
}

//! Closing a round, accepting it, giving it back.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::idempotency::Render;
use ofektom_domain::ids::RoundId;
use ofektom_domain::round::Round;

use super::{AcceptBody, CloseRoundBody, ReopenBody, RoundView};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;

/// `POST /rounds/close`
///
/// # Errors
/// Those of [`App::round_close`].
pub async fn round_close(app: Data<App>, SignedIn(caller): SignedIn, request: Idempotent<CloseRoundBody>) -> ApiResult {
    let location = |round: &Round| Some(format!("/api/v1/rounds/{}", round.id));
    let (input, idempotency) = request.rendered_by(reply::rendered(RoundView::of, location));
    Ok(reply::stored(app.round_close(&caller, input, idempotency).await?))
}

/// `POST /rounds/{id}/accept`
///
/// # Errors
/// Those of [`App::round_decide`].
pub async fn round_accept(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<RoundId>,
    request: Idempotent<AcceptBody>,
) -> ApiResult {
    let (decision, idempotency) = request.rendered_by(render());
    Ok(reply::stored(app.round_decide(&caller, id, decision, idempotency).await?))
}

/// `POST /rounds/{id}/reopen`
///
/// # Errors
/// Those of [`App::round_decide`].
pub async fn round_reopen(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<RoundId>,
    request: Idempotent<ReopenBody>,
) -> ApiResult {
    let (decision, idempotency) = request.rendered_by(render());
    Ok(reply::stored(app.round_decide(&caller, id, decision, idempotency).await?))
}

fn render() -> Render<Round> {
    reply::rendered(RoundView::of, |_| None)
}

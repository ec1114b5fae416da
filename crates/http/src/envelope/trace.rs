//! The span and the access line of every request. Never the query, the body or a token.

use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use tracing::{Span, field};

use super::RequestId;
use super::headers::milliseconds;
use crate::problem::Problem;

/// The span of a request. The route is recorded when it is found.
pub(super) fn span(method: &Method, id: &RequestId) -> Span {
    tracing::info_span!(
        "request",
        http.method = %method,
        http.route = field::Empty,
        request.id = id.as_str(),
    )
}

/// Records the route of the request that is being answered.
pub fn route_found(path: &'static str) {
    Span::current().record("http.route", path);
}

/// Writes the access line. A failure is logged here, once, with what is behind it.
pub(super) fn finished(response: &ServiceResponse, elapsed: Duration) {
    let status = response.status().as_u16();
    let duration_ms = milliseconds(elapsed);
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    let cause = problem.and_then(|problem| problem.cause.as_deref()).map(field::display);
    match status {
        500 => tracing::error!(http.status = status, duration_ms, error = cause, "request failed"),
        501.. => tracing::warn!(http.status = status, duration_ms, error = cause, "request not served"),
        _ => tracing::info!(target: "ofektom_http::access", { http.status = status, duration_ms }, "request answered"),
    }
}

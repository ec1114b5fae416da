//! The span and the access line of every request. Never the query, the body or a token.

use std::error::Error;
use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest};
use tracing::{Span, field};

use super::headers::milliseconds;
use super::{RequestId, TraceContext};
use crate::client::client_address;
use crate::meters::RouteNumber;
use crate::problem::Problem;

/// Who follows requests beyond this program, as an exporter of traces does.
pub trait TraceLink: Send + Sync {
    /// A request begins: `span` is not entered yet.
    fn begun(&self, span: &Span, context: &TraceContext);

    /// It is answered.
    fn answered(&self, span: &Span, answered: &Answered<'_>);
}

/// How a request was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// Its method.
    pub method: &'a str,
    /// The path of its route, if there is one, with its variable parts in braces.
    pub route: Option<&'static str>,
    /// The status.
    pub status: u16,
}

/// The route that was found for a request.
#[derive(Clone, Copy)]
pub(super) struct RouteFound {
    path: &'static str,
    /// Its place in the table.
    pub number: Option<RouteNumber>,
}

/// The span of a request. The route is recorded when it is found.
pub(super) fn span(method: &Method, id: &RequestId, context: &TraceContext) -> Span {
    // As grave as the gravest line, so that each line has its request whatever the filter.
    tracing::error_span!(
        "request",
        http.method = method.as_str(),
        http.route = field::Empty,
        request.id = id.as_str(),
        trace.id = %context.trace_id_text(),
        otel.kind = field::Empty,
    )
}

/// Notes the route of the request that is being answered.
pub fn route_found(request: &HttpRequest, path: &'static str, number: Option<RouteNumber>) {
    Span::current().record("http.route", path);
    request.extensions_mut().insert(RouteFound { path, number });
}

/// How a request was answered.
pub(super) fn answered(response: &ServiceResponse) -> Answered<'_> {
    let request = response.request();
    let route = request.extensions().get::<RouteFound>().map(|route| route.path);
    Answered { method: request.method().as_str(), route, status: response.status().as_u16() }
}

/// An error with all that is behind it.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Writes the access line. A failure is logged here, once, with what is behind it.
pub(super) fn finished(response: &ServiceResponse, elapsed: Duration) {
    let status = response.status().as_u16();
    let duration_ms = milliseconds(elapsed);
    let client = client_address(response.request()).map(field::display);
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    let cause = problem.and_then(|problem| problem.cause.as_deref()).map(|cause| chain(cause));
    match status {
        500 => {
            tracing::error!(
                http.status = status,
                duration_ms,
                client.address = client,
                error = cause,
                "request failed"
            );
        }
        501.. => tracing::warn!(
            http.status = status,
            duration_ms,
            client.address = client,
            error = cause,
            "request not served"
        ),
        _ => tracing::info!(
            target: "ofektom_http::access",
            { http.status = status, duration_ms, client.address = client },
            "request answered"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use ofektom_domain::ports::StoreError;

    use super::*;

    #[test]
    fn a_cause_is_told_with_what_is_behind_it() {
        let error = StoreError::Internal(Box::new(io::Error::other("integer out of range")));
        assert_eq!(chain(&error), "the store failed: integer out of range");
    }
}

//! What surrounds every request: its id, its body, its span, its headers, and the one place where problems become answers.

mod headers;
mod in_turn;
pub mod read_body;
mod request_id;
mod trace;
mod trace_context;

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use tracing::Instrument;

use in_turn::in_turn;
pub use request_id::RequestId;
use trace::RouteFound;
pub use trace::{Answered, TraceLink, route_found};
pub use trace_context::{TraceContext, TraceParent};

use crate::client::client_find;
use crate::drain::Drain;
use crate::extract::RequestBody;
use crate::limits;
use crate::meters::{Underway, WorkerMeters};
use crate::problem::Problem;

/// What the envelope works with.
#[derive(Clone)]
pub struct Surroundings {
    /// Where this worker measures.
    pub meters: Arc<WorkerMeters>,
    /// Who follows requests beyond this program; nobody unless traces are exported.
    pub link: Option<Arc<dyn TraceLink>>,
}

/// The envelope, as a middleware around all routes.
///
/// # Errors
/// Those of the services inside, which make none: every error of theirs is in their answer.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<BoxBody>,
    Surroundings { meters, link }: Surroundings,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let underway = Underway::begin(&meters);
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    client_find(&request);
    let context = TraceContext::of(request.headers());
    let span = trace::span(request.method(), &id, &context);
    if let Some(link) = &link {
        link.begun(&span, &context);
    }
    let answering = pin!(answer(request, next).instrument(span.clone()));
    let mut response = in_turn(answering).await?;
    let elapsed = started.elapsed();
    let route = response.request().extensions().get::<RouteFound>().and_then(|route| route.number);
    underway.answered(route, response.status().as_u16(), elapsed);
    span.in_scope(|| trace::finished(&response, elapsed));
    if let Some(link) = &link {
        link.answered(&span, &trace::answered(&response));
    }
    if let Some(document) = document_of(&response, &id) {
        let (request, _) = response.into_parts();
        response = ServiceResponse::new(request, document);
    }
    limits::describe(&mut response);
    headers::add(&mut response, &id, elapsed);
    if response.request().app_data::<Data<Drain>>().is_some_and(|drain| drain.has_begun()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// Reads the body, then lets the route answer.
async fn answer(mut request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse, Error> {
    match read_body::read(&mut request).await {
        Ok(body) => {
            if !body.is_empty() {
                request.extensions_mut().insert(RequestBody(body));
            }
            next.call(request).await
        }
        // `into_response` would drop the error that the document is made from.
        Err(problem) => Ok(ServiceResponse::new(request.into_parts().0, HttpResponse::from_error(problem))),
    }
}

/// The problem document of an answer that is an error.
fn document_of(response: &ServiceResponse, id: &RequestId) -> Option<HttpResponse> {
    let error = response.response().error()?;
    let path = response.request().path();
    Some(match error.as_error::<Problem>() {
        Some(problem) => problem.response(path, id.as_str()),
        None => Problem::of_framework(error).response(path, id.as_str()),
    })
}

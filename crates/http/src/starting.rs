//! What answers while the server starts: it lives, and cannot work yet.

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::drain::Drain;
use crate::envelope::envelope;
use crate::handlers::system::livez;
use crate::problem::{Problem, kind};

/// Mounts `/livez`, and a refusal of everything else: 503, to be tried again soon. Every answer closes its connection, for the next
/// request on it would not reach the server that is starting.
pub fn configure_starting(config: &mut ServiceConfig) {
    let closing = Drain::default();
    closing.begin();
    let scope = web::scope("").wrap(from_fn(envelope)).route("/livez", web::get().to(livez));
    config.app_data(web::Data::new(closing)).service(scope.default_service(web::to(starting)));
}

async fn starting() -> Result<HttpResponse, Problem> {
    Err(Problem::new(kind::UNAVAILABLE).retry_after(2).detail("the server is starting"))
}

//! Mounts everything. The server and the tests call the same function.

use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use ofektom_app::App;

use crate::drain::Drain;
use crate::envelope::envelope;
use crate::probe::SystemProbe;
use crate::reply::Printer;
use crate::response_cache::ResponseCache;
use crate::routes::{Row, mount, not_found, table};

/// What the answers of public routes that are kept may weigh together, in bytes.
const RESPONSES_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What the handlers work with. Cheap to clone: make it once, and clone it into each worker.
#[derive(Clone)]
pub struct HttpState {
    app: web::Data<App>,
    probe: web::Data<dyn SystemProbe>,
    printer: web::Data<Printer>,
    responses: web::Data<ResponseCache>,
    drain: web::Data<Drain>,
}

impl std::fmt::Debug for HttpState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpState").finish_non_exhaustive()
    }
}

impl HttpState {
    /// The use-cases, and what the server tells about itself.
    #[must_use]
    pub fn new(app: App, probe: Arc<dyn SystemProbe>) -> Self {
        let printer = web::Data::new(Printer::default());
        let responses = web::Data::new(ResponseCache::new(RESPONSES_BYTES_MAX));
        Self {
            app: web::Data::new(app),
            probe: web::Data::from(probe),
            printer,
            responses,
            drain: web::Data::new(Drain::default()),
        }
    }

    /// The same with what says that the server is about to stop.
    #[must_use]
    pub fn with_drain(self, drain: Drain) -> Self {
        Self { drain: web::Data::new(drain), ..self }
    }
}

/// Mounts all routes with their envelope.
pub fn configure(config: &mut ServiceConfig, state: HttpState) {
    config.app_data(state.app).app_data(state.probe).app_data(state.printer).app_data(state.responses);
    config.app_data(state.drain);
    configure_rows(config, table());
}

/// Mounts rows with their envelope.
pub(crate) fn configure_rows(config: &mut ServiceConfig, rows: &[Row]) {
    let scope = web::scope("").wrap(from_fn(envelope)).configure(|config| mount(config, rows));
    config.service(scope.default_service(web::to(not_found)));
}

//! Mounts everything. The server and the tests call the same function.

use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use ofektom_app::App;

use crate::client::TrustedProxies;
use crate::drain::Drain;
use crate::envelope::{Surroundings, TraceLink, envelope};
use crate::limits::Limits;
use crate::meters::RequestMeters;
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
    meters: web::Data<RequestMeters>,
    link: Option<Arc<dyn TraceLink>>,
    limits: web::Data<Limits>,
    proxies: web::Data<TrustedProxies>,
    drain: web::Data<Drain>,
}

impl std::fmt::Debug for HttpState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpState").finish_non_exhaustive()
    }
}

impl HttpState {
    /// The use-cases, what the server tells about itself, how much it takes from whom, and whom it believes.
    #[must_use]
    pub fn new(app: App, probe: Arc<dyn SystemProbe>, limits: Limits, proxies: TrustedProxies) -> Self {
        let printer = web::Data::new(Printer::default());
        let responses = web::Data::new(ResponseCache::new(RESPONSES_BYTES_MAX));
        let meters = web::Data::new(RequestMeters::new(table()));
        Self {
            app: web::Data::new(app),
            probe: web::Data::from(probe),
            printer,
            responses,
            meters,
            link: None,
            limits: web::Data::new(limits),
            proxies: web::Data::new(proxies),
            drain: web::Data::new(Drain::default()),
        }
    }

    /// The same with somebody who follows requests beyond this program.
    #[must_use]
    pub fn linked(self, link: Option<Arc<dyn TraceLink>>) -> Self {
        Self { link, ..self }
    }

    /// The same with what says that the server is about to stop.
    #[must_use]
    pub fn with_drain(self, drain: Drain) -> Self {
        Self { drain: web::Data::new(drain), ..self }
    }
}

/// Mounts all routes with their envelope, for one worker.
pub fn configure(config: &mut ServiceConfig, state: HttpState) {
    let surroundings = Surroundings { meters: state.meters.worker(), link: state.link };
    config.app_data(state.app).app_data(state.probe).app_data(state.printer).app_data(state.responses);
    config.app_data(state.meters).app_data(state.limits).app_data(state.proxies).app_data(state.drain);
    mount_in(config, table(), surroundings);
}

/// Mounts rows with their envelope, and nothing for the handlers to work with.
#[cfg(test)]
pub(crate) fn configure_rows(config: &mut ServiceConfig, rows: &[Row]) {
    mount_in(config, rows, Surroundings { meters: RequestMeters::new(rows).worker(), link: None });
}

fn mount_in(config: &mut ServiceConfig, rows: &[Row], surroundings: Surroundings) {
    let around = from_fn(move |request, next| envelope(request, next, surroundings.clone()));
    let scope = web::scope("").wrap(around).configure(|config| mount(config, rows));
    config.service(scope.default_service(web::to(not_found)));
}

//! What this is.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::SystemProbe;
use crate::problem::ApiResult;
use crate::reply;

/// What this is.
#[derive(Debug, Serialize, ToSchema)]
pub struct RootView {
    name: &'static str,
    version: &'static str,
    #[schema(example = "running")]
    status: &'static str,
    /// What is switched on.
    features: Vec<&'static str>,
    /// Where to browse the API.
    docs: &'static str,
}

/// `GET /`
///
/// # Errors
/// A defect only.
pub async fn root(probe: Data<dyn SystemProbe>) -> ApiResult {
    reply::ok(&RootView {
        name: "Ofektom Savings System",
        version: env!("CARGO_PKG_VERSION"),
        status: "running",
        features: probe.features(),
        docs: "/docs",
    })
}

//! Whether it runs, and whether it can work.

use actix_web::web::Data;
use ofektom_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::SystemProbe;
use crate::problem::{ApiResult, Problem, kind};
use crate::reply;
use crate::wire::Moment;

/// The state of the server and its parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthView {
    /// `healthy` or `unhealthy`.
    status: &'static str,
    timestamp: Moment,
    /// `healthy`, `unhealthy` or `not_configured`.
    redis: &'static str,
    /// `healthy` or `unhealthy`.
    database: &'static str,
}

/// The process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveView {
    #[schema(example = "alive")]
    status: &'static str,
}

/// `GET /health`
///
/// # Errors
/// A defect only: what is wrong with the parts is in the body.
pub async fn health(app: Data<App>, probe: Data<dyn SystemProbe>) -> ApiResult {
    let database = if probe.database_healthy().await { "healthy" } else { "unhealthy" };
    reply::ok(&HealthView { status: database, timestamp: app.now().into(), redis: "not_configured", database })
}

/// `GET /livez`
///
/// # Errors
/// A defect only.
pub async fn livez() -> ApiResult {
    reply::ok(&LiveView { status: "alive" })
}

/// `GET /readyz`
///
/// # Errors
/// 503 while the database does not answer.
pub async fn readyz(probe: Data<dyn SystemProbe>) -> ApiResult {
    if probe.database_healthy().await {
        return reply::ok(&LiveView { status: "ready" });
    }
    Err(Problem::new(kind::UNAVAILABLE).retry_after(2).detail("the database does not answer"))
}

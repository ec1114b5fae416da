//! Whether it runs, and whether it can work.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_cache::RedisState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::drain::Drain;
use crate::probe::SystemProbe;
use crate::problem::{ApiResult, Problem, kind};
use crate::reply;
use crate::wire::Moment;

/// The state of the server and its parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthView {
    /// `healthy`; `degraded` while Redis is configured and cannot be used, which makes answers slower, not wrong; or
    /// `unhealthy` while the database does not answer.
    status: &'static str,
    timestamp: Moment,
    /// `connected`, `disconnected` or `not_configured`.
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
    let redis = probe.caches_stats().redis.state;
    let status = if redis == RedisState::Degraded && database == "healthy" { "degraded" } else { database };
    reply::ok(&HealthView { status, timestamp: app.now().into(), redis: redis_word(redis), database })
}

const fn redis_word(state: RedisState) -> &'static str {
    match state {
        RedisState::NotConfigured => "not_configured",
        RedisState::Healthy => "connected",
        RedisState::Degraded => "disconnected",
    }
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
/// 503 while the database does not answer, and when the server is about to stop.
pub async fn readyz(probe: Data<dyn SystemProbe>, drain: Data<Drain>) -> ApiResult {
    if drain.has_begun() {
        return Err(Problem::new(kind::UNAVAILABLE).retry_after(1).detail("the server is stopping"));
    }
    if probe.database_healthy().await {
        return reply::ok(&LiveView { status: "ready" });
    }
    Err(Problem::new(kind::UNAVAILABLE).retry_after(2).detail("the database does not answer"))
}

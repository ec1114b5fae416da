//! Counters, as JSON.

use actix_web::web::Data;
use ofektom_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::{PoolStatus, QueueStatus, SealingStatus, SystemProbe};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::Moment;

/// Counters of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricsView {
    timestamp: Moment,
    database: PoolStatus,
    /// `not_configured`.
    redis: &'static str,
    /// The queue in which contributions wait for the next commit.
    contributions: Option<QueueStatus>,
    /// The sealing of the audit trail by this server; `null` before its first run, and when it is switched off.
    audit_sealing: Option<SealingStatus>,
}

/// `GET /metrics`
///
/// # Errors
/// A defect only.
pub async fn metrics(app: Data<App>, probe: Data<dyn SystemProbe>) -> ApiResult {
    reply::ok(&MetricsView {
        timestamp: app.now().into(),
        database: probe.pool_status(),
        redis: "not_configured",
        contributions: probe.queue_status(),
        audit_sealing: probe.sealing_status(),
    })
}

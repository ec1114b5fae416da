//! Counters, as JSON.

use actix_web::web::Data;
use ofektom_app::{App, MaturityStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::{PoolStatus, QueueStatus, ReplicaStatus, SealingStatus, SystemProbe};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::Moment;

/// Counters of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricsView {
    timestamp: Moment,
    database: PoolStatus,
    /// The replica of the database, if there is one.
    database_replica: Option<ReplicaStatus>,
    /// `not_configured`.
    redis: &'static str,
    /// The queue in which contributions wait for the next commit.
    contributions: Option<QueueStatus>,
    maturity: MaturityView,
    /// The sealing of the audit trail by this server; `null` before its first run, and when it is switched off.
    audit_sealing: Option<SealingStatus>,
}

/// What the job that completes matured cards has done on this server since its start.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaturityView {
    /// When its last run ended; `null` before the first.
    last_run_at: Option<Moment>,
    /// Cards that it completed.
    cards_completed: u64,
    /// Businesses in which its last run failed; they are tried again.
    businesses_failed: u64,
}

impl From<MaturityStatus> for MaturityView {
    fn from(status: MaturityStatus) -> Self {
        Self {
            last_run_at: status.last_run_at.map(Moment),
            cards_completed: status.cards_completed,
            businesses_failed: status.businesses_failed,
        }
    }
}

/// `GET /metrics`
///
/// # Errors
/// A defect only.
pub async fn metrics(app: Data<App>, probe: Data<dyn SystemProbe>) -> ApiResult {
    reply::ok(&MetricsView {
        timestamp: app.now().into(),
        database: probe.pool_status(),
        database_replica: probe.replica_status(),
        redis: "not_configured",
        contributions: probe.queue_status(),
        maturity: app.maturity_status().into(),
        audit_sealing: probe.sealing_status(),
    })
}

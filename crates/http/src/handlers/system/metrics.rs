//! Counters: as JSON, or in the text formats of Prometheus and OpenMetrics.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use ofektom_app::{App, MaturityStatus};
use ofektom_cache::{CachesStats, RedisState};
use serde::Serialize;
use utoipa::ToSchema;

use super::books::BooksView;
use super::caches::CachesView;
use super::sign_in::SignInView;
use crate::exposition::{Exposition, Format};
use crate::limits::{Limits, RateLimitStatus};
use crate::meters::RequestMeters;
use crate::probe::{PoolStatus, QueueStatus, RedisServerStatus, ReplicaStatus, SealingStatus, SystemProbe};
use crate::problem::{ApiResult, Problem};
use crate::reply;
use crate::response_cache::{ResponseCache, ResponseCacheStatus};
use crate::wire::Moment;

/// Counters of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricsView {
    timestamp: Moment,
    database: PoolStatus,
    /// The replica of the database, if there is one.
    database_replica: Option<ReplicaStatus>,
    redis: RedisView,
    /// Copies of what is read often, kept by this server.
    caches: CachesView,
    /// The answers of public routes that are kept.
    responses: ResponseCacheStatus,
    /// The limits of requests that are set.
    rate_limits: Vec<RateLimitStatus>,
    /// The queue in which contributions wait for the next commit.
    contributions: Option<QueueStatus>,
    maturity: MaturityView,
    /// The sealing of the audit trail by this server; `null` before its first run, and when it is switched off.
    audit_sealing: Option<SealingStatus>,
    /// The hashing of secrets, and locks after failed attempts.
    sign_in: SignInView,
    /// The books as they were last read in the background; `null` before that, and when it is switched off.
    books: Option<BooksView>,
}

/// What Redis tells of itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum RedisView {
    /// It answers.
    Connected(RedisServerStatus),
    /// It is not there, or did not tell.
    Absent {
        /// `connected`, `disconnected` or `not_configured`.
        status: &'static str,
    },
}

fn redis_view(stats: &CachesStats, server: Option<RedisServerStatus>) -> RedisView {
    match (stats.redis.state, server) {
        (RedisState::NotConfigured, _) => RedisView::Absent { status: "not_configured" },
        (RedisState::Healthy | RedisState::Degraded, Some(server)) => RedisView::Connected(server),
        // Under Sentinels and in a cluster it is not asked about itself.
        (RedisState::Healthy, None) => RedisView::Absent { status: "connected" },
        (RedisState::Degraded, None) => RedisView::Absent { status: "disconnected" },
    }
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
pub async fn metrics(
    request: HttpRequest,
    app: Data<App>,
    probe: Data<dyn SystemProbe>,
    (responses, meters, limits): (Data<ResponseCache>, Data<RequestMeters>, Data<Limits>),
) -> ApiResult {
    match Format::wanted(&request) {
        Format::Json => document(app, probe, responses, limits).await,
        Format::Text(format) => {
            // It reads files of the system and writes thousands of lines: not on the thread that answers others.
            let text = web::block(move || exposition(&app, &**probe, (&responses, &meters)).written(format)).await;
            let text = text.map_err(Problem::internal)?.map_err(Problem::internal)?;
            Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, format.content_type())).body(text))
        }
    }
}

fn exposition(app: &App, probe: &dyn SystemProbe, (responses, meters): (&ResponseCache, &RequestMeters)) -> Exposition {
    Exposition {
        requests: meters.measured(),
        pool: probe.pool_status(),
        replica: probe.replica_status(),
        queue: probe.queue_status().unwrap_or_default(),
        writer: probe.writer_measured(),
        caches: probe.caches_stats(),
        tokens: app.tokens_stats(),
        feed: probe.feed_status(),
        responses: responses.status(),
        hashing: app.hasher_stats(),
        lockouts: app.lockout_stats(),
        maturity: app.maturity_status(),
        sealing: probe.sealing_status(),
        books: probe.books_status(),
        process: probe.process_status(),
    }
}

async fn document(
    app: Data<App>,
    probe: Data<dyn SystemProbe>,
    responses: Data<ResponseCache>,
    limits: Data<Limits>,
) -> ApiResult {
    let stats = probe.caches_stats();
    reply::ok(&MetricsView {
        timestamp: app.now().into(),
        database: probe.pool_status(),
        database_replica: probe.replica_status(),
        redis: redis_view(&stats, probe.redis_server_status().await),
        caches: CachesView::new(&stats, app.tokens_stats(), probe.feed_status()),
        responses: responses.status(),
        rate_limits: limits.status(),
        contributions: probe.queue_status(),
        maturity: app.maturity_status().into(),
        audit_sealing: probe.sealing_status(),
        sign_in: SignInView::new(app.hasher_stats(), app.lockout_stats()),
        books: probe.books_status().read.map(BooksView::from),
    })
}

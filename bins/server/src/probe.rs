//! What the server tells about itself.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_cache::{Caches, CachesStats};
use ofektom_http::{
    BooksStatus, FeedStatus, PoolStatus, ProcessStatus, QueueStatus, RedisServerStatus, ReplicaStatus, SealingStatus,
    SystemProbe, WriterMeasured,
};
use ofektom_persistence::{Contributions, Db};

use crate::books::BooksWatch;
use crate::config::RedisConfig;
use crate::feed::Feed;
use crate::process::{commit, system_facts};
use crate::redis_info::RedisInfo;
use crate::sealing::Sealing;
use crate::telemetry::lines_dropped;
use crate::wiring::System;

/// Looks at the parts that `/health`, `/readyz` and `/metrics` tell of.
pub(crate) struct Probe {
    db: Db,
    caches: Caches,
    feed: Arc<Feed>,
    redis: Option<RedisInfo>,
    contributions: Contributions,
    sealing: Arc<Sealing>,
    books: Arc<BooksWatch>,
}

impl Probe {
    pub fn new(system: &System, contributions: Contributions, redis: &RedisConfig) -> Self {
        Self {
            db: system.db.clone(),
            caches: system.caches.clone(),
            feed: Arc::clone(&system.feed),
            redis: system.caches.mode().has_redis().then(|| RedisInfo::of(redis)).flatten(),
            contributions,
            sealing: Arc::clone(&system.sealing),
            books: Arc::clone(&system.books),
        }
    }
}

#[async_trait]
impl SystemProbe for Probe {
    fn features(&self) -> Vec<&'static str> {
        let redis = self.caches.mode().has_redis().then_some("redis");
        [self.db.engine().name()].into_iter().chain(redis).collect()
    }

    async fn database_healthy(&self) -> bool {
        self.db.ping().await.is_ok()
    }

    fn caches_stats(&self) -> CachesStats {
        self.caches.stats()
    }

    async fn redis_server_status(&self) -> Option<RedisServerStatus> {
        self.redis.as_ref()?.ask().await
    }

    fn feed_status(&self) -> Option<FeedStatus> {
        self.feed.status()
    }

    fn pool_status(&self) -> PoolStatus {
        pool(self.db.pool_status())
    }

    fn replica_status(&self) -> Option<ReplicaStatus> {
        self.db.replica_status().map(|replica| ReplicaStatus {
            pool: pool(replica.pool),
            is_serving: replica.is_serving,
            behind_milliseconds: replica.behind_milliseconds,
            lists_total: replica.lists_total,
            fallbacks_total: replica.fallbacks_total,
        })
    }

    fn queue_status(&self) -> Option<QueueStatus> {
        let writer = self.contributions.writer_stats();
        Some(QueueStatus {
            depth: writer.queue_depth,
            depth_max: writer.queue_depth_max,
            batches: writer.batches,
            contributions: writer.items,
            batch_size_max: writer.largest_batch,
            retries_total: writer.retried_singly,
            refused_total: writer.overloaded,
        })
    }

    fn writer_measured(&self) -> WriterMeasured {
        let meters = self.contributions.writer_meters();
        WriterMeasured { batch_size: meters.batch_size, commit_duration: meters.commit_duration }
    }

    fn sealing_status(&self) -> Option<SealingStatus> {
        self.sealing.status()
    }

    fn books_status(&self) -> BooksStatus {
        self.books.status()
    }

    fn process_status(&self) -> ProcessStatus {
        ProcessStatus {
            version: env!("CARGO_PKG_VERSION"),
            commit: commit(),
            engine: self.db.engine().name(),
            log_lines_dropped_total: lines_dropped(),
            system: system_facts(),
        }
    }
}

fn pool(status: ofektom_persistence::PoolStatus) -> PoolStatus {
    PoolStatus {
        pool_size: number(status.pool_size),
        connections_checked_in: number(status.connections_checked_in),
        connections_checked_out: number(status.connections_checked_out),
        total_connections: number(status.total_connections),
        waiting: number(status.waiting),
        statements_total: status.statements_total,
        retries_total: status.retries_total,
        connections_retired_total: status.connections_retired_total,
        connections_broken_total: status.connections_broken_total,
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

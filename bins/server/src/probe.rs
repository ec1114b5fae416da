//! What the server tells about itself.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_cache::{Caches, CachesStats};
use ofektom_http::{FeedStatus, PoolStatus, QueueStatus, RedisServerStatus, SealingStatus, SystemProbe};
use ofektom_persistence::{Contributions, Db};

use crate::config::RedisConfig;
use crate::feed::Feed;
use crate::redis_info::RedisInfo;
use crate::sealing::Sealing;
use crate::wiring::System;

/// Looks at the parts that `/health`, `/readyz` and `/metrics` tell of.
pub(crate) struct Probe {
    db: Db,
    caches: Caches,
    feed: Arc<Feed>,
    redis: Option<RedisInfo>,
    contributions: Contributions,
    sealing: Arc<Sealing>,
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
        let pool = self.db.pool_status();
        PoolStatus {
            pool_size: number(pool.pool_size),
            connections_checked_in: number(pool.connections_checked_in),
            connections_checked_out: number(pool.connections_checked_out),
            total_connections: number(pool.total_connections),
        }
    }

    fn queue_status(&self) -> Option<QueueStatus> {
        let writer = self.contributions.writer_stats();
        Some(QueueStatus {
            depth: writer.queue_depth,
            batches: writer.batches,
            contributions: writer.items,
            batch_size_max: writer.largest_batch,
        })
    }

    fn sealing_status(&self) -> Option<SealingStatus> {
        self.sealing.status()
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

//! What the server tells about itself.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_http::{PoolStatus, QueueStatus, ReplicaStatus, SealingStatus, SystemProbe};
use ofektom_persistence::{Contributions, Db};

use crate::sealing::Sealing;

/// Looks at the parts that `/health`, `/readyz` and `/metrics` tell of.
pub(crate) struct Probe {
    db: Db,
    contributions: Contributions,
    sealing: Arc<Sealing>,
}

impl Probe {
    pub const fn new(db: Db, contributions: Contributions, sealing: Arc<Sealing>) -> Self {
        Self { db, contributions, sealing }
    }
}

#[async_trait]
impl SystemProbe for Probe {
    fn features(&self) -> Vec<&'static str> {
        vec![self.db.engine().name()]
    }

    async fn database_healthy(&self) -> bool {
        self.db.ping().await.is_ok()
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
            batches: writer.batches,
            contributions: writer.items,
            batch_size_max: writer.largest_batch,
        })
    }

    fn sealing_status(&self) -> Option<SealingStatus> {
        self.sealing.status()
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

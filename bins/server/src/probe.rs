//! What the server tells about itself.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_http::{PoolStatus, QueueStatus, SealingStatus, SystemProbe};
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

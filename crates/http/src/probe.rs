//! What the server tells about itself. The binary knows its parts, so it implements this.

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_cache::CachesStats;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Moment;

/// Connections to the database.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct PoolStatus {
    /// Most connections that the pool keeps open.
    pub pool_size: u64,
    /// Connections that are free.
    pub connections_checked_in: u64,
    /// Connections in use.
    pub connections_checked_out: u64,
    /// Connections that are open.
    pub total_connections: u64,
}

/// The queue in which contributions wait for the next commit.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct QueueStatus {
    /// Contributions that wait.
    pub depth: u64,
    /// Commits since the start.
    pub batches: u64,
    /// Contributions that were committed since the start.
    pub contributions: u64,
    /// The most contributions that one commit had.
    pub batch_size_max: u64,
}

/// The sealing of the audit trail by this server.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SealingStatus {
    /// When it last looked for rows to seal.
    last_run_at: Moment,
    /// Rows that it sealed since its start.
    pub rows: u64,
    /// Chains that it could not seal in the last run.
    chains_failed: u64,
}

impl SealingStatus {
    /// What the last run did, and rows of all runs.
    #[must_use]
    pub fn new(last_run_at: Timestamp, rows: u64, chains_failed: u64) -> Self {
        Self { last_run_at: last_run_at.into(), rows, chains_failed }
    }
}

/// What Redis tells of itself: over all of its clients, since its start.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RedisServerStatus {
    connected_clients: u64,
    #[schema(example = "1.20M")]
    used_memory_human: String,
    total_commands_processed: u64,
    keyspace_hits: u64,
    keyspace_misses: u64,
    /// Hits of all look-ups of keys.
    #[schema(example = "95.67%")]
    hit_rate: String,
}

impl RedisServerStatus {
    /// From the numbers that Redis gives; of keys that were looked up, how many were there and how many were not.
    #[must_use]
    pub fn new(
        connected_clients: u64,
        used_memory_human: String,
        total_commands_processed: u64,
        (keyspace_hits, keyspace_misses): (u64, u64),
    ) -> Self {
        let all = keyspace_hits.saturating_add(keyspace_misses).max(1);
        let hundredths = u128::from(keyspace_hits) * 10_000 / u128::from(all);
        let hit_rate = format!("{}.{:02}%", hundredths / 100, hundredths % 100);
        Self {
            connected_clients,
            used_memory_human,
            total_commands_processed,
            keyspace_hits,
            keyspace_misses,
            hit_rate,
        }
    }
}

/// The reading of the feed of changes by this server.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct FeedStatus {
    /// Readings since the start.
    pub polls: u64,
    /// Those that failed.
    pub failures: u64,
    /// Changes that it told of.
    pub changes: u64,
    /// Statements that this sent to the database, among those of `database`.
    pub statements: u64,
    /// How long ago the last reading that succeeded began; `null` before the first.
    pub last_heard_milliseconds: Option<u64>,
}

/// Facts about the running server.
#[async_trait]
pub trait SystemProbe: Send + Sync {
    /// What is switched on, such as `sqlite`.
    fn features(&self) -> Vec<&'static str>;

    /// Whether the database answers.
    async fn database_healthy(&self) -> bool;

    /// How the caches have served.
    fn caches_stats(&self) -> CachesStats;

    /// What Redis tells of itself; `None` when there is none or it does not answer.
    async fn redis_server_status(&self) -> Option<RedisServerStatus>;

    /// The reading of the feed of changes; `None` when it is not read.
    fn feed_status(&self) -> Option<FeedStatus>;

    /// Connections to the database.
    fn pool_status(&self) -> PoolStatus;

    /// The queue of contributions, if there is one.
    fn queue_status(&self) -> Option<QueueStatus>;

    /// The sealing of the audit trail, once it has run.
    fn sealing_status(&self) -> Option<SealingStatus>;
}

//! What the server tells about itself. The binary knows its parts, so it implements this.

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_cache::CachesStats;
use ofektom_meter::HistogramSnapshot;
use serde::Serialize;
use utoipa::ToSchema;

mod books;
mod process;

pub use books::{BooksRead, BooksStatus};
pub use process::{ProcessStatus, SystemFacts};

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
    /// What waits for a connection.
    pub waiting: u64,
    /// Statements sent since the start.
    pub statements_total: u64,
    /// What was tried again since the start, after a deadlock, a lost connection or the like.
    pub retries_total: u64,
    /// Connections closed since the start because they had reached their age.
    pub connections_retired_total: u64,
    /// Connections that turned out to be dead since the start, when they were to be used again.
    pub connections_broken_total: u64,
}

/// A replica of the database, which serves lists and reports.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct ReplicaStatus {
    /// Connections to it.
    pub pool: PoolStatus,
    /// Whether it serves now: it is there, and not too far behind.
    pub is_serving: bool,
    /// How far behind it is at most, in milliseconds; `null` when that is not known.
    pub behind_milliseconds: Option<u64>,
    /// Lists and reports that it served since the start.
    pub lists_total: u64,
    /// Those that it failed to serve, so that the primary server did.
    pub fallbacks_total: u64,
}

/// The queue in which contributions wait for the next commit.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct QueueStatus {
    /// Contributions that wait.
    pub depth: u64,
    /// How many may; more are refused.
    pub depth_max: u64,
    /// Commits since the start.
    pub batches: u64,
    /// Contributions that were committed since the start.
    pub contributions: u64,
    /// The most contributions that one commit had.
    pub batch_size_max: u64,
    /// Batches that failed and were tried again request by request.
    pub retries_total: u64,
    /// Requests that were refused because the queue was full.
    pub refused_total: u64,
}

/// What was measured of the batches of contributions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriterMeasured {
    /// Contributions of a batch.
    pub batch_size: HistogramSnapshot,
    /// How long a batch took, its commit included, in nanoseconds.
    pub commit_duration: HistogramSnapshot,
}

/// The sealing of the audit trail by this server.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SealingStatus {
    /// When it last looked for rows to seal.
    last_run_at: Moment,
    /// Rows that it sealed since its start.
    pub rows: u64,
    /// Chains that it could not seal in the last run.
    pub chains_failed: u64,
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

    /// The replica of the database, if there is one.
    fn replica_status(&self) -> Option<ReplicaStatus>;

    /// The queue of contributions, if there is one.
    fn queue_status(&self) -> Option<QueueStatus>;

    /// What was measured of the batches of that queue.
    fn writer_measured(&self) -> WriterMeasured;

    /// The sealing of the audit trail, once it has run.
    fn sealing_status(&self) -> Option<SealingStatus>;

    /// What the books were found to say when they were last read.
    fn books_status(&self) -> BooksStatus;

    /// The program and its process. It may read files, so it is asked where that holds nobody up.
    fn process_status(&self) -> ProcessStatus;
}

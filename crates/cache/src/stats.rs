//! What the caches tell about themselves.

use serde::Serialize;

use crate::Mode;

/// How all caches of a program have served so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CachesStats {
    /// Which levels there are.
    pub mode: Mode,
    /// Whether the change feed was heard within its lease.
    pub feed_fresh: bool,
    /// Tags invalidated here, by this program or by its change feed.
    pub invalidations: u64,
    /// How often everything was invalidated here.
    pub invalidations_of_all: u64,
    /// The link to Redis.
    pub redis: RedisStats,
    /// Each kind, in the order in which the caches were made.
    pub kinds: Vec<KindStats>,
}

/// How the caches of one kind have served so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindStats {
    /// The kind of the keys.
    pub kind: &'static str,
    /// Reads answered in this process.
    pub memory_hits: u64,
    /// Reads answered by Redis.
    pub redis_hits: u64,
    /// Of both, those that knew that there is none.
    pub negative_hits: u64,
    /// Reads that nothing could answer. Readers that waited for another's load are not in it.
    pub misses: u64,
    /// Loads by `get_or_load`.
    pub loads: u64,
    /// Reads that waited for a load which another had begun.
    pub load_waits: u64,
    /// Copies in this process that were found ended by an invalidation.
    pub invalidated: u64,
    /// Loaded values that were not kept, because of an invalidation during the load.
    pub discarded: u64,
    /// Values in Redis that were none of ours.
    pub garbage: u64,
    /// Entries kept in this process now, roughly: ended ones count until they are swept.
    pub entries: u64,
}

/// The state of Redis as this program sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RedisState {
    /// The mode of the caches has no use for it.
    NotConfigured,
    /// It answers in time.
    Healthy,
    /// It does not; requests go on without it.
    Degraded,
}

/// The link to Redis in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RedisStats {
    /// Whether it can be used.
    pub state: RedisState,
    /// Commands sent to read or store values.
    pub commands: u64,
    /// Commands of the background: invalidations, heartbeats, probes.
    pub background_commands: u64,
    /// Reads that were not sent, because the breaker was open, or an invalidation of this instance on its way.
    pub skipped: u64,
    /// Answers that were errors, and connections that broke under a command.
    pub errors: u64,
    /// Answers that did not come in time.
    pub timeouts: u64,
    /// How often the breaker opened.
    pub breaker_opened: u64,
    /// Values not stored, because the queue of those to be stored was full or Redis was lost.
    pub stores_dropped: u64,
    /// Whether invalidations of this instance are still on their way to Redis. Until then it reads nothing there that they
    /// concern.
    pub invalidations_waiting: bool,
    /// Whether this instance hears the pushes of the others.
    pub push_healthy: bool,
    /// How often the push channel was made anew after the first time.
    pub push_reconnects: u64,
    /// Pushes heard from other instances.
    pub pushes_heard: u64,
}

impl RedisStats {
    pub(crate) const fn not_configured() -> Self {
        Self {
            state: RedisState::NotConfigured,
            commands: 0,
            background_commands: 0,
            skipped: 0,
            errors: 0,
            timeouts: 0,
            breaker_opened: 0,
            stores_dropped: 0,
            invalidations_waiting: false,
            push_healthy: false,
            push_reconnects: 0,
            pushes_heard: 0,
        }
    }
}

//! The caches in `/metrics`.

use ofektom_auth::VerifiedStats;
use ofektom_cache::{CachesStats, KindStats, RedisState, RedisStats};
use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::FeedStatus;

/// How the caches of this server have served since its start.
#[derive(Debug, Serialize, ToSchema)]
pub struct CachesView {
    /// `off`, `memory`, `redis` or `tiered`.
    mode: &'static str,
    /// Access tokens.
    tokens: TokensView,
    /// The copies, by what they are of.
    kinds: Vec<CacheKindView>,
    /// Tags that were invalidated.
    invalidations: u64,
    /// How often everything was.
    invalidations_of_all: u64,
    /// The link to Redis; `null` when there is none.
    redis_link: Option<RedisLinkView>,
    /// The feed of changes in the database; `null` when it is not read.
    change_feed: Option<FeedStatus>,
}

/// How access tokens were recognised.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokensView {
    /// By remembering them.
    remembered: u64,
    /// By computing their signature; forged ones are among them.
    computed: u64,
}

/// The copies of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct CacheKindView {
    #[schema(example = "user")]
    kind: &'static str,
    /// Reads that were answered in this process.
    memory_hits: u64,
    /// Reads that Redis answered.
    redis_hits: u64,
    /// Of both, those that knew that there is none.
    negative_hits: u64,
    /// Reads that nothing could answer.
    misses: u64,
    /// Reads of the database that others waited for, or could have.
    loads: u64,
    /// Reads that waited for one of those.
    load_waits: u64,
    /// Copies that were found to be outdated.
    invalidated: u64,
    /// What was outdated as it arrived, and not kept.
    discarded: u64,
    /// Values in Redis that were none of ours.
    garbage: u64,
    /// Copies in this process, roughly.
    entries: u64,
}

/// The link to Redis.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedisLinkView {
    /// `healthy` or `degraded`.
    state: &'static str,
    /// Commands that reads sent.
    commands: u64,
    /// Commands of the background.
    background_commands: u64,
    /// Commands that were not sent, because Redis was too slow or lost just before.
    skipped: u64,
    errors: u64,
    timeouts: u64,
    /// How often Redis was given up for a while.
    breaker_opened: u64,
    /// Values that were not stored.
    stores_dropped: u64,
    /// Whether the others are heard at once.
    push_healthy: bool,
    push_reconnects: u64,
    pushes_heard: u64,
}

impl CachesView {
    /// The counters as they are told.
    pub fn new(stats: &CachesStats, tokens: VerifiedStats, change_feed: Option<FeedStatus>) -> Self {
        let redis_link = (stats.redis.state != RedisState::NotConfigured).then(|| RedisLinkView::from(&stats.redis));
        Self {
            mode: stats.mode.name(),
            tokens: TokensView { remembered: tokens.remembered, computed: tokens.computed },
            kinds: stats.kinds.iter().map(CacheKindView::from).collect(),
            invalidations: stats.invalidations,
            invalidations_of_all: stats.invalidations_of_all,
            redis_link,
            change_feed,
        }
    }
}

impl From<&KindStats> for CacheKindView {
    fn from(stats: &KindStats) -> Self {
        Self {
            kind: stats.kind,
            memory_hits: stats.memory_hits,
            redis_hits: stats.redis_hits,
            negative_hits: stats.negative_hits,
            misses: stats.misses,
            loads: stats.loads,
            load_waits: stats.load_waits,
            invalidated: stats.invalidated,
            discarded: stats.discarded,
            garbage: stats.garbage,
            entries: stats.entries,
        }
    }
}

impl From<&RedisStats> for RedisLinkView {
    fn from(stats: &RedisStats) -> Self {
        Self {
            state: if stats.state == RedisState::Healthy { "healthy" } else { "degraded" },
            commands: stats.commands,
            background_commands: stats.background_commands,
            skipped: stats.skipped,
            errors: stats.errors,
            timeouts: stats.timeouts,
            breaker_opened: stats.breaker_opened,
            stores_dropped: stats.stores_dropped,
            push_healthy: stats.push_healthy,
            push_reconnects: stats.push_reconnects,
            pushes_heard: stats.pushes_heard,
        }
    }
}

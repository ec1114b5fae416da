//! Copies of what is read often, by kind and level, and the feed of changes that ends them.

use std::time::Duration;

use ofektom_auth::VerifiedStats;
use ofektom_cache::{CachesStats, KindStats};

use super::page::{About, Page, Written, level};
use crate::probe::FeedStatus;

const TOKENS: About =
    About("ofektom_tokens_recognised", "Access tokens that were remembered, or whose signature was computed.");
const HITS: About = About("ofektom_cache_hits", "Reads answered by a copy, in this process or in Redis.");
const NEGATIVE: About = About("ofektom_cache_negative_hits", "Of these, reads that knew that there is none.");
const MISSES: About = About("ofektom_cache_misses", "Reads that no copy could answer.");
const LOADS: About = About("ofektom_cache_loads", "Reads of the database on behalf of all who want the same.");
const WAITS: About = About("ofektom_cache_load_waits", "Reads that waited for the load of another.");
const INVALIDATED: About = About("ofektom_cache_invalidated", "Copies that were found outdated.");
const DISCARDED: About = About("ofektom_cache_discarded", "Values that were outdated as they arrived, and not kept.");
const GARBAGE: About = About("ofektom_cache_garbage", "Values in Redis that were none of ours.");
const ENTRIES: About = About("ofektom_cache_entries", "Copies in this process, roughly.");
const TAGS: About = About("ofektom_cache_invalidations", "Tags that were invalidated here, or everything at once.");
const POLLS: About = About("ofektom_feed_polls", "Readings of the feed of changes, by how they went.");
const CHANGES: About = About("ofektom_feed_changes", "Changes that the feed told of.");
const FEED_AGE: About = About(
    "ofektom_feed_age_seconds",
    "How long ago the last reading of the feed that succeeded began: copies of identity are not used beyond 4 s.",
);

pub(super) fn write(
    page: &mut Page<'_, '_>,
    caches: &CachesStats,
    tokens: VerifiedStats,
    feed: Option<&FeedStatus>,
) -> Written {
    let recognised = [("remembered", tokens.remembered), ("computed", tokens.computed)];
    page.counters(TOKENS, recognised.map(|(how, count)| ([("how", how)], count)))?;
    let each = |of: fn(&KindStats) -> u64| caches.kinds.iter().map(move |stats| ([("kind", stats.kind)], of(stats)));
    let in_level = |name, of| each(of).map(move |([kind], count)| ([kind, ("level", name)], count));
    let memory = in_level("memory", |kind| kind.memory_hits);
    page.counters(HITS, memory.chain(in_level("redis", |kind| kind.redis_hits)))?;
    page.counters(NEGATIVE, each(|kind| kind.negative_hits))?;
    page.counters(MISSES, each(|kind| kind.misses))?;
    page.counters(LOADS, each(|kind| kind.loads))?;
    page.counters(WAITS, each(|kind| kind.load_waits))?;
    page.counters(INVALIDATED, each(|kind| kind.invalidated))?;
    page.counters(DISCARDED, each(|kind| kind.discarded))?;
    page.counters(GARBAGE, each(|kind| kind.garbage))?;
    page.gauges(ENTRIES, each(|kind| kind.entries).map(|(labels, count)| (labels, level(count))))?;
    let invalidated = [("tag", caches.invalidations), ("all", caches.invalidations_of_all)];
    page.counters(TAGS, invalidated.map(|(of, count)| ([("of", of)], count)))?;
    let Some(feed) = feed else { return Ok(()) };
    let polls = [("ok", feed.polls.saturating_sub(feed.failures)), ("failed", feed.failures)];
    page.counters(POLLS, polls.map(|(result, count)| ([("result", result)], count)))?;
    page.counter(CHANGES, feed.changes)?;
    match feed.last_heard_milliseconds {
        Some(age) => page.gauge_of_time(FEED_AGE, Duration::from_millis(age)),
        None => Ok(()),
    }
}

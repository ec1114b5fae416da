//! The link to Redis. Nothing is told of it where none is configured.

use ofektom_cache::{RedisState, RedisStats};

use super::page::{About, Page, Written, flag};

const UP: About = About(
    "ofektom_redis_up",
    "1 while Redis is used; 0 while it is lost or its breaker is open, and requests go without.",
);
const COMMANDS: About = About("ofektom_redis_commands", "Commands sent, on behalf of reads or of the background.");
const SKIPPED: About = About("ofektom_redis_commands_skipped", "Commands that were not sent: Redis was slow or lost.");
const FAILED: About =
    About("ofektom_redis_commands_failed", "Commands that failed, by an error or by no answer in time.");
const OPENED: About = About("ofektom_redis_breaker_opened", "How often Redis was given up for a while.");
const DROPPED: About = About("ofektom_redis_stores_dropped", "Values that were not stored.");
const WAITING: About = About(
    "ofektom_redis_invalidations_waiting",
    "1 while invalidations of this server are still on their way to Redis, else 0.",
);
const PUSH_UP: About = About("ofektom_redis_push_up", "1 while the pushes of other servers are heard, else 0.");
const RECONNECTS: About = About("ofektom_redis_push_reconnects", "How often the channel of pushes was made anew.");
const PUSHES: About = About("ofektom_redis_pushes_heard", "Pushes heard from other servers.");

pub(super) fn write(page: &mut Page<'_, '_>, redis: &RedisStats) -> Written {
    if redis.state == RedisState::NotConfigured {
        return Ok(());
    }
    page.gauge(UP, flag(redis.state == RedisState::Healthy))?;
    let commands = [("reads", redis.commands), ("background", redis.background_commands)];
    page.counters(COMMANDS, commands.map(|(of, count)| ([("of", of)], count)))?;
    page.counter(SKIPPED, redis.skipped)?;
    let failed = [("error", redis.errors), ("timeout", redis.timeouts)];
    page.counters(FAILED, failed.map(|(reason, count)| ([("reason", reason)], count)))?;
    page.counter(OPENED, redis.breaker_opened)?;
    page.counter(DROPPED, redis.stores_dropped)?;
    page.gauge(WAITING, flag(redis.invalidations_waiting))?;
    page.gauge(PUSH_UP, flag(redis.push_healthy))?;
    page.counter(RECONNECTS, redis.push_reconnects)?;
    page.counter(PUSHES, redis.pushes_heard)
}

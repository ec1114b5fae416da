//! Connections to the database and to its replica.

use std::time::Duration;

use super::page::{About, Page, Written, flag, level};
use crate::probe::{PoolStatus, ReplicaStatus};

const CONNECTIONS_MAX: About = About("ofektom_database_connections_max", "Most connections that the pool opens.");
const CONNECTIONS: About = About("ofektom_database_connections", "Open connections, idle or in use.");
const WAITING: About = About("ofektom_database_waiting", "Units of work that wait for a connection.");
const STATEMENTS: About = About("ofektom_database_statements", "Statements sent.");
const RETRIES: About =
    About("ofektom_database_retries", "Units of work tried again after a deadlock, a lost connection or the like.");
const CLOSED: About = About(
    "ofektom_database_connections_closed",
    "Connections that were closed because they had reached their age or turned out to be dead.",
);
const SERVING: About = About("ofektom_database_replica_serving", "1 while the replica serves lists, else 0.");
const LAG: About = About("ofektom_database_replica_lag_seconds", "How far the replica is behind at most.");
const LISTS: About = About("ofektom_database_replica_lists", "Lists and reports that the replica served.");
const FALLBACKS: About =
    About("ofektom_database_replica_fallbacks", "Lists and reports that it failed to serve, so that the primary did.");

/// Which server, in the label `database`.
type Servers<'a> = [(&'static str, Option<&'a PoolStatus>); 2];

pub(super) fn write(page: &mut Page<'_, '_>, pool: &PoolStatus, replica: Option<&ReplicaStatus>) -> Written {
    let servers: Servers<'_> = [("primary", Some(pool)), ("replica", replica.map(|replica| &replica.pool))];
    let each = |of: fn(&PoolStatus) -> u64| {
        let value = move |(name, pool): (&'static str, Option<&PoolStatus>)| Some(([("database", name)], of(pool?)));
        servers.into_iter().filter_map(value)
    };
    let levels = |of| each(of).map(|(labels, count)| (labels, level(count)));
    page.gauges(CONNECTIONS_MAX, levels(|pool| pool.pool_size))?;
    let in_state = |state, of: fn(&PoolStatus) -> u64| {
        levels(of).map(move |([database], count)| ([database, ("state", state)], count))
    };
    let idle = in_state("idle", |pool| pool.connections_checked_in);
    page.gauges(CONNECTIONS, idle.chain(in_state("used", |pool| pool.connections_checked_out)))?;
    page.gauges(WAITING, levels(|pool| pool.waiting))?;
    page.counters(STATEMENTS, each(|pool| pool.statements_total))?;
    page.counters(RETRIES, each(|pool| pool.retries_total))?;
    let because = |reason, of| each(of).map(move |([database], count)| ([database, ("reason", reason)], count));
    let aged = because("age", |pool| pool.connections_retired_total);
    page.counters(CLOSED, aged.chain(because("dead", |pool| pool.connections_broken_total)))?;
    let Some(replica) = replica else { return Ok(()) };
    page.gauge(SERVING, flag(replica.is_serving))?;
    if let Some(behind) = replica.behind_milliseconds {
        page.gauge_of_time(LAG, Duration::from_millis(behind))?;
    }
    page.counter(LISTS, replica.lists_total)?;
    page.counter(FALLBACKS, replica.fallbacks_total)
}

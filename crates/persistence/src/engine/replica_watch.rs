//! Looks each second how far the replica is.

use std::collections::VecDeque;
use std::sync::Weak;
use std::time::{Duration, Instant};

use deadpool::managed::Pool;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use tokio::time::timeout;

use super::db::Inner;
use super::error::{DbError, DbResult};
use super::pg::PgManager;

const EVERY: Duration = Duration::from_secs(1);
/// Positions of the log that are remembered at most.
const NOTED_MAX: usize = 512;

/// Where the log of the primary server ends. No commit that was acknowledged before the question is behind it.
const PRIMARY: &str = "SELECT pg_current_wal_insert_lsn()::text AS place,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster";

/// How far the replica has carried the log out; null when the server is none.
const REPLICA: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS place,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster";

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Nullable<Text>)]
    place: Option<String>,
    #[diesel(sql_type = Text)]
    cluster: String,
}

/// A connection outside the pool, whose questions are not counted among the statements.
struct Asked {
    server: Pool<PgManager>,
    conn: Option<AsyncPgConnection>,
    question: &'static str,
    within: Duration,
}

impl Asked {
    /// Asks, on a new connection after anything went wrong.
    async fn ask(&mut self) -> DbResult<Answer> {
        let answer = timeout(self.within, self.answer()).await;
        let answer = answer.unwrap_or_else(|_| Err(DbError::Unavailable("no answer in time".to_owned())));
        if answer.is_err() {
            self.conn = None;
        }
        answer
    }

    async fn answer(&mut self) -> DbResult<Answer> {
        let conn = match self.conn.take() {
            Some(conn) => self.conn.insert(conn),
            None => self.conn.insert(self.server.manager().connect_unlimited().await?),
        };
        Ok(sql_query(self.question).get_result::<Answer>(conn).await?)
    }
}

/// Runs until the database is closed.
pub(super) async fn replica_watch(inner: Weak<Inner>, primary: Pool<PgManager>, replica: Pool<PgManager>) {
    let Some(within) = inner.upgrade().map(|inner| inner.config.connect_timeout) else { return };
    let asked = |server, question| Asked { server, conn: None, question, within };
    let (mut primary, mut replica) = (asked(primary, PRIMARY), asked(replica, REPLICA));
    let mut noted: VecDeque<(Instant, u64)> = VecDeque::new();
    let (mut ticks, mut warned) = (tokio::time::interval(EVERY), false);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let looked = look(&mut primary, &mut replica, &mut noted).await;
        let Some(inner) = inner.upgrade().filter(|inner| !inner.units.is_closed()) else { return };
        let Some(watched) = &inner.replica else { return };
        match looked {
            Ok(until) => {
                warned = false;
                watched.has_until_set(until.filter(|until| until.elapsed() <= watched.lag_max()));
            }
            Err(error) => {
                watched.has_until_set(None);
                if !warned {
                    warned = true;
                    tracing::warn!(error.message = %error, "the replica of the database is not used");
                }
            }
        }
    }
}

/// Up to when the replica has everything that was committed, as far as that is known.
async fn look(
    primary: &mut Asked,
    replica: &mut Asked,
    noted: &mut VecDeque<(Instant, u64)>,
) -> DbResult<Option<Instant>> {
    let at = Instant::now();
    let here = primary.ask().await?;
    let there = replica.ask().await?;
    if here.cluster != there.cluster {
        return Err(DbError::Url("of the replica names a server of another cluster".to_owned()));
    }
    let Some(there) = there.place else {
        return Err(DbError::Url("of the replica names a server that is no replica".to_owned()));
    };
    noted.push_back((at, place(here.place.as_deref().unwrap_or_default())?));
    if noted.len() > NOTED_MAX {
        noted.pop_front();
    }
    Ok(reached(noted, place(&there)?))
}

/// The last noted instant whose place is reached; those before it are forgotten.
fn reached(noted: &mut VecDeque<(Instant, u64)>, there: u64) -> Option<Instant> {
    while noted.get(1).is_some_and(|(_, place)| *place <= there) {
        noted.pop_front();
    }
    noted.front().filter(|(_, place)| *place <= there).map(|(at, _)| *at)
}

/// A place in the log, from `16/B374D848`.
fn place(text: &str) -> DbResult<u64> {
    let read = || {
        let (high, low) = text.split_once('/')?;
        let half = |half| u64::from_str_radix(half, 16).ok();
        Some((half(high)? << 32) | half(low)?)
    };
    read().ok_or_else(|| DbError::Corrupt(format!("a place in the log: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbers() {
        assert_eq!(place("16/B374D848").unwrap(), 0x16_b374_d848);
        assert_eq!(place("0/0").unwrap(), 0);
        assert!(place("x").is_err() && place("1/").is_err());
    }

    #[test]
    fn the_last_place_that_is_reached_counts() {
        let start = Instant::now();
        let at = |second: u64| start + Duration::from_secs(second);
        let mut noted = VecDeque::from([(at(0), 10), (at(1), 20), (at(2), 30)]);
        assert_eq!(reached(&mut noted, 5), None);
        assert_eq!(reached(&mut noted, 20), Some(at(1)));
        assert_eq!(reached(&mut noted, 29), Some(at(1)), "what it had it keeps");
        assert_eq!(reached(&mut noted, 40), Some(at(2)));
        assert_eq!(noted.len(), 1);
    }
}

//! The doors of [`Db`], and how a unit of work runs behind them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use ofektom_domain::ports::StoreResult;
use ofektom_domain::reader::reader;
use tokio::sync::TryAcquireError;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::conn::Conn;
use super::db::{Db, Inner};
use super::error::{DbError, DbResult};
use super::pool::{Door, Pools};
use super::retry::Retry;
use super::watch::{Bounds, Watch};
use super::work::{Answer, Unit, Work, unit_of};

impl Db {
    /// Runs `work` as a read: outside a transaction, on a connection that (on SQLite) refuses writes. When several
    /// statements must see one state, `work` begins with [`Conn::snapshot`].
    ///
    /// # Errors
    /// What `work` answers, or why it could not run.
    pub(crate) async fn read<T: Send + 'static>(&self, work: impl Work<T>) -> StoreResult<T> {
        Ok(self.detached(Door::Read, work).await?)
    }

    /// Runs `work`, which reads a list or a report, like [`Db::read`], on the replica if there is one that has what the reader
    /// must see. So what it reads is of some seconds ago at most, and has what the reader wrote through this process.
    ///
    /// # Errors
    /// As [`Db::read`]: whatever the replica cannot answer the primary server does.
    pub(crate) async fn read_list<T: Send + 'static>(&self, work: impl Work<T>) -> StoreResult<T> {
        Ok(self.detached(Door::List, work).await?)
    }

    /// Runs `work` like [`Db::read`], for the program itself: on a connection that requests do not use, so that it does not
    /// wait when they have taken all of theirs.
    ///
    /// # Errors
    /// As [`Db::read`]; `Overloaded` after a second when an earlier one is still at work.
    pub(crate) async fn read_aside<T: Send + 'static>(&self, work: impl Work<T>) -> StoreResult<T> {
        Ok(self.detached(Door::Aside, work).await?)
    }

    /// Runs `work` in one transaction, which commits when it answers `Ok` and is undone otherwise. READ COMMITTED on
    /// PostgreSQL; on SQLite it holds the write lock from its start. After a deadlock or the like it is run again from
    /// the beginning, so `work` keeps its effects inside the database.
    ///
    /// # Errors
    /// What `work` answers, or why it could not run or commit.
    pub(crate) async fn write<T: Send + 'static>(&self, work: impl Work<T>) -> StoreResult<T> {
        let done = self.detached(Door::Write, work).await;
        self.written_note();
        Ok(done?)
    }

    /// Whoever this is done for has written, or may have, so his next lists must show it.
    pub(crate) fn written_note(&self) {
        if let (Some(replica), Some(reader)) = (&self.inner.replica, reader()) {
            replica.written_note(reader);
        }
    }

    /// A unit of work in its own task, with the engine's own error.
    pub(super) async fn detached<T: Send + 'static>(&self, door: Door, work: impl Work<T>) -> DbResult<T> {
        let answer = self.detached_unit(door, unit_of(work)).await?;
        let answer = answer.downcast::<T>();
        answer.map(|answer| *answer).map_err(|_| DbError::Corrupt("the answer of a unit of work".to_owned()))
    }

    async fn detached_unit(&self, door: Door, unit: Box<dyn Unit>) -> DbResult<Answer> {
        let permit = Arc::clone(&self.inner.units).try_acquire_owned().map_err(|error| match error {
            TryAcquireError::Closed => DbError::Unavailable("the database is closed".to_owned()),
            TryAcquireError::NoPermits => DbError::Overloaded("too many units of work".to_owned()),
        })?;
        let inner = Arc::clone(&self.inner);
        let replica = door == Door::List && inner.replica.as_ref().is_some_and(|replica| replica.serves(reader()));
        let unit = async move {
            let answer = if replica { inner.list(unit).await } else { inner.unit(door, unit).await };
            drop(permit);
            answer
        };
        self.inner.runtime.spawn(unit.in_current_span()).await.unwrap_or_else(|error| {
            Err(if error.is_panic() { DbError::Panicked } else { DbError::Unavailable(error.to_string()) })
        })
    }
}

/// How one attempt ended.
pub(super) enum Attempt {
    Done(Answer),
    Failed(DbError),
    /// Failed in the commit, so whether it happened may be unknown.
    CommitFailed(DbError),
}

impl Inner {
    /// Reads a list from the replica, or else from the primary server.
    async fn list(&self, mut unit: Box<dyn Unit>) -> DbResult<Answer> {
        if let Some(replica) = &self.replica
            && let Some(answer) = replica.list(self, &mut *unit).await
        {
            return Ok(answer);
        }
        self.unit(Door::List, unit).await
    }

    async fn unit(&self, door: Door, mut unit: Box<dyn Unit>) -> DbResult<Answer> {
        let mut retry = Retry::new();
        let pools = if door == Door::Aside { &self.aside } else { &self.pools };
        loop {
            let conn = pools.checkout(door).await?;
            let (error, in_commit) = match self.attempt((pools, &self.watch), door, conn, &mut *unit).await {
                Attempt::Done(answer) => return Ok(answer),
                Attempt::Failed(error) => (error, false),
                Attempt::CommitFailed(error) => (error, true),
            };
            let Some(pause) = retry.pause_after(&error, in_commit) else { return Err(error.given_up()) };
            self.counters.retried();
            tracing::debug!(error.message = %error, "a unit of work is tried again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Every wait on a PostgreSQL server is bounded, because it may be frozen or cut off. SQLite has no network to lose,
    /// and a query of it cannot be abandoned half-way.
    pub(super) async fn attempt(
        &self,
        (pools, watch): (&Pools, &Watch),
        door: Door,
        mut conn: Conn,
        unit: &mut dyn Unit,
    ) -> Attempt {
        let bounded = |bound: Duration| match pools {
            Pools::Pg(_) if !bound.is_zero() => bound,
            Pools::Pg(_) | Pools::Lite { .. } => Duration::MAX,
        };
        if let Some(begin) = begin(pools, door) {
            // Also the ping of a connection: a dead one is found here, before anything was asked of it.
            match timeout(bounded(self.config.connect_timeout), conn.begin(begin)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Attempt::Failed(error.into()),
                Err(_) => {
                    conn.discard();
                    if let Pools::Pg(pool) = pools {
                        pool.manager().doubt();
                    }
                    return Attempt::Failed(DbError::Unavailable("the database did not answer in time".to_owned()));
                }
            }
        }
        let unit = run(door, &mut conn, unit);
        let watched = match pools {
            Pools::Pg(pool) => {
                let bounds = Bounds { sign: self.config.connect_timeout, unit: self.config.unit_timeout };
                watch.over(pool.manager(), bounds, unit).await
            }
            Pools::Lite { .. } => Ok(unit.await),
        };
        watched.unwrap_or_else(|error| {
            conn.discard();
            Attempt::CommitFailed(error)
        })
    }
}

/// What begins a unit of work. On SQLite a write takes the write lock at once: a transaction that reads first and writes later fails
/// with "database is locked" whatever the busy time-out says.
fn begin(pools: &Pools, door: Door) -> Option<&str> {
    match pools {
        Pools::Pg(pool) => pool.manager().begin(door),
        Pools::Lite { .. } => (door == Door::Write).then_some("BEGIN IMMEDIATE"),
    }
}

/// Runs the work in the transaction that is open, if it is a write, and ends the transaction.
async fn run(door: Door, conn: &mut Conn, unit: &mut dyn Unit) -> Attempt {
    // Caught, so that a panic frees its locks now and not when the pool next looks at the connection.
    let answer = AssertUnwindSafe(unit.attempt(conn)).catch_unwind().await.unwrap_or(Err(DbError::Panicked));
    match (answer, door) {
        (Ok(answer), Door::Write) => match conn.commit().await {
            Ok(()) => Attempt::Done(answer),
            Err(error) => {
                undo(conn).await;
                Attempt::CommitFailed(error.into())
            }
        },
        (Ok(answer), Door::Read | Door::List | Door::Aside) => {
            undo(conn).await;
            Attempt::Done(answer)
        }
        (Err(error), _) => {
            undo(conn).await;
            Attempt::Failed(error)
        }
    }
}

/// Rolls back what is open. When even that fails the pool sees a broken connection and closes it.
async fn undo(conn: &mut Conn) {
    if let Err(error) = conn.rollback().await {
        tracing::debug!(error.message = %error, "a transaction could not be rolled back; its connection is closed");
    }
}

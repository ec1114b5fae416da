//! The engine: one door for reads and one for writes, the same on SQLite and on PostgreSQL.
//!
//! Everything above it (the stores) is written once: a unit of work is an async closure over [`Conn`], and each query
//! inside it goes through [`on!`], which runs the same expression on whichever connection is there.

#[macro_use]
mod conn;

mod access;
mod bulk;
mod bytewise;
mod clause;
mod config;
mod counters;
mod db;
mod error;
mod fixed;
mod lite;
mod load;
mod migrate;
mod optimize;
mod pg;
mod pool;
mod replica;
mod replica_watch;
mod retry;
mod total;
mod types;
mod url;
mod watch;
mod work;

#[cfg(test)]
mod aside_tests;
#[cfg(test)]
mod busy_tests;
#[cfg(test)]
mod lost_tests;
#[cfg(test)]
mod pooled_tests;
#[cfg(test)]
mod replica_tests;
#[cfg(test)]
mod tests;

pub use config::DbConfig;
pub use db::Db;
pub use error::{DbError, DbResult};
pub use pool::PoolStatus;
pub use replica::ReplicaStatus;
pub use url::Engine;

pub(crate) use bulk::Bulk;
pub(crate) use bytewise::Bytewise;
pub(crate) use clause::{Clause, Fragment, Ids};
pub(crate) use conn::Conn;
pub(crate) use error::Means;
pub(crate) use fixed::fixed;
pub(crate) use pg::reason as pg_reason;
pub(crate) use total::total_on;
pub(crate) use types::{
    Bytes, Col, Day, Instant, JSONB_VERSION, Json, Micros, PG_EPOCH_MICROS, RawId, RawUid, Uid, Whole, Word, Written,
    pg_epoch_day,
};
pub(crate) use work::Work;

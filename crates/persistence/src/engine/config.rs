//! How to reach the database and how much to ask of it.

use std::fmt;
use std::time::Duration;

use super::error::DbError;
use super::url::Engine;

/// Settings of the database. Start from [`DbConfig::new`] and change what is configured.
#[derive(Clone, PartialEq, Eq)]
pub struct DbConfig {
    /// `sqlite:data/ofektom.db`, a path, or `postgres://user:password@host/database`.
    pub url: String,
    /// PostgreSQL: the URL leads to a pooler that gives a connection to the server for one transaction at a time.
    pub pooled: bool,
    /// PostgreSQL: the server itself, past the pooler, for what needs a connection of its own.
    pub direct_url: Option<String>,
    /// PostgreSQL: a replica that serves lists and reports, if there is one.
    pub replica_url: Option<String>,
    /// PostgreSQL: a replica that is further behind than this serves nobody.
    pub replica_lag_max: Duration,
    /// PostgreSQL: most connections at once.
    pub pool_size_max: usize,
    /// PostgreSQL: idle connections beyond this many are closed.
    pub pool_size_kept: usize,
    /// SQLite: readers beside the one writer.
    pub sqlite_readers: usize,
    /// How long a unit of work may wait for a free connection before it is refused as overloaded.
    pub wait_timeout: Duration,
    /// How long making or reviving a connection may take before the database counts as lost.
    pub connect_timeout: Duration,
    /// PostgreSQL: a connection is retired at this age.
    pub connection_age_max: Duration,
    /// PostgreSQL: a connection that was last checked out longer ago than this is pinged before use.
    pub ping_after: Duration,
    /// PostgreSQL: how long a unit of work may take in all; 0 for no bound.
    pub unit_timeout: Duration,
    /// PostgreSQL: how long one statement may run.
    pub statement_timeout: Duration,
    /// PostgreSQL: how long a statement may wait for a lock. SQLite: how long to wait for another process's lock.
    pub lock_timeout: Duration,
    /// PostgreSQL: how long a transaction may sit idle before the server ends it.
    pub idle_in_transaction_timeout: Duration,
    /// PostgreSQL: how connections are named in `pg_stat_activity`.
    pub application_name: String,
    /// PostgreSQL: `work_mem` of each connection.
    pub work_mem: String,
    /// PostgreSQL: `random_page_cost`; 1.1 suits flash storage.
    pub random_page_cost: String,
    /// PostgreSQL: `effective_cache_size`.
    pub effective_cache_size: String,
    /// PostgreSQL: `max_parallel_workers_per_gather`.
    pub max_parallel_workers_per_gather: u32,
    /// For filling a new database: commits do not wait for the disk until [`super::Db::load_finish`]. After a loss of power
    /// before it there is nothing to be relied on, so it is for what can be made again.
    pub loading: bool,
}

impl DbConfig {
    /// The defaults for a database.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pooled: false,
            direct_url: None,
            replica_url: None,
            replica_lag_max: Duration::from_secs(5),
            pool_size_max: 50,
            pool_size_kept: 20,
            sqlite_readers: 8,
            wait_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(1),
            connection_age_max: Duration::from_secs(3600),
            ping_after: Duration::from_secs(1),
            unit_timeout: Duration::from_secs(60),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(30),
            application_name: "ofektom".to_owned(),
            work_mem: "16MB".to_owned(),
            random_page_cost: "1.1".to_owned(),
            effective_cache_size: "4GB".to_owned(),
            max_parallel_workers_per_gather: 2,
            loading: false,
        }
    }

    /// The engine that a URL names; see [`Engine::of_url`].
    ///
    /// # Errors
    /// [`DbError::Url`] when it names none.
    pub fn engine_of(url: &str) -> Result<Engine, DbError> {
        Engine::of_url(url)
    }

    /// The URL without its user's password and without its parameters, fit to be shown.
    #[must_use]
    pub fn url_redacted(&self) -> String {
        let shown = self.url.split('?').next().unwrap_or("");
        let Some((scheme, rest)) = shown.split_once("://") else { return shown.to_owned() };
        match rest.rsplit_once('@') {
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or("");
                format!("{scheme}://{user}:***@{place}")
            }
            None => shown.to_owned(),
        }
    }
}

impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig").field("url", &self.url_redacted()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://ann:s3@cr:et@db:5432/books?password=s3cret", "postgres://ann:***@db:5432/books"),
            ("postgres://db/books", "postgres://db/books"),
            ("sqlite:data/a.db", "sqlite:data/a.db"),
        ] {
            assert_eq!(DbConfig::new(url).url_redacted(), shown);
        }
    }
}

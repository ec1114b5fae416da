//! Makes SQLite connections for the two pools: one writer, some readers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::{Connection as _, SqliteConnection};
use diesel_async::pooled_connection::PoolableConnection as _;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;

use super::conn::LiteConnection;
use super::counters::Counters;
use super::error::DbError;

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiteRole {
    /// The one connection that writes. Writers queue for it instead of polling a locked file.
    Writer,
    /// The same while a new database is filled ([`super::DbConfig::loading`]).
    Loader,
    /// One of those that read beside it; SQLite itself refuses their writes.
    Reader,
}

/// Makes connections to one file.
pub(crate) struct LiteManager {
    path: PathBuf,
    set_up: String,
    lock_timeout: Duration,
    counters: Arc<Counters>,
}

impl LiteManager {
    pub(super) fn new(path: &Path, role: LiteRole, lock_timeout: Duration, counters: Arc<Counters>) -> Self {
        Self { path: path.to_owned(), set_up: set_up(role, lock_timeout), lock_timeout, counters }
    }
}

/// The writer keeps up to 32 MiB of pages: with the 2 MiB of the default it reads the upper parts of its indexes again and again.
/// It moves the log into the file each 16 MiB instead of each 4, which writes a page that changes often less often.
///
/// `synchronous = FULL`: each commit is on the disk before it is acknowledged. `NORMAL` would lose the last
/// acknowledged markings in a power cut, which a money book may not; group commit pays for the difference.
///
/// While a new database is filled nothing is waited for, and more is kept: what a batch changes fits into 256 MiB, and the log is
/// moved into the file each 256 MiB, so that a page that many batches change is written once.
fn set_up(role: LiteRole, lock_timeout: Duration) -> String {
    let of_role = match role {
        LiteRole::Writer => {
            "PRAGMA journal_mode = WAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; \
             PRAGMA synchronous = FULL;"
        }
        LiteRole::Loader => {
            "PRAGMA journal_mode = WAL; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 65536; \
             PRAGMA synchronous = OFF;"
        }
        LiteRole::Reader => "PRAGMA query_only = ON; PRAGMA synchronous = FULL;",
    };
    format!(
        "PRAGMA busy_timeout = {}; {of_role} PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
         PRAGMA temp_store = MEMORY;",
        lock_timeout.as_millis()
    )
}

impl Manager for LiteManager {
    type Type = LiteConnection;
    type Error = DbError;

    async fn create(&self) -> Result<LiteConnection, DbError> {
        let (path, set_up, counters) = (self.path.clone(), self.set_up.clone(), Arc::clone(&self.counters));
        let lock_timeout = self.lock_timeout;
        let opened = tokio::task::spawn_blocking(move || open(&path, &set_up, lock_timeout, counters)).await;
        let conn = opened.map_err(|error| DbError::Unavailable(error.to_string()))??;
        Ok(SyncConnectionWrapper::new(conn))
    }

    async fn recycle(&self, conn: &mut LiteConnection, _: &Metrics) -> RecycleResult<DbError> {
        if conn.is_broken() {
            self.counters.broken();
            return Err(RecycleError::message("the connection is broken"));
        }
        Ok(())
    }
}

fn open(
    path: &Path,
    set_up: &str,
    lock_timeout: Duration,
    counters: Arc<Counters>,
) -> Result<SqliteConnection, DbError> {
    let unusable = |why: String| DbError::Unavailable(format!("{}: {why}", path.display()));
    let name = path.to_str().ok_or_else(|| unusable("the path is not UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(name).map_err(|error| unusable(error.to_string()))?;
    let started = Instant::now();
    // Going over to WAL while another process does the same fails at once, whatever the busy time-out says.
    while let Err(error) = conn.batch_execute(set_up) {
        if started.elapsed() > lock_timeout || !error.to_string().contains("locked") {
            return Err(unusable(error.to_string()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let name = name.to_owned();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| counters.event(&name, &event));
    Ok(conn)
}

/// Makes the file's directory and the file when missing, both for their owner alone: they hold people's money data.
///
/// # Errors
/// [`DbError::Unavailable`] when they cannot be made.
pub(super) fn prepare_file(path: &Path) -> Result<(), DbError> {
    let failed = |error: std::io::Error| DbError::Unavailable(format!("{}: {error}", path.display()));
    let mut directories = std::fs::DirBuilder::new();
    directories.recursive(true);
    let mut file = std::fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        directories.mode(0o700);
        file.mode(0o600);
    }
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        directories.create(directory).map_err(failed)?;
    }
    file.open(path).map(drop).map_err(failed)
}

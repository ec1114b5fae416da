//! A connection of either engine, checked out for one unit of work.

use deadpool::managed::Object;
use diesel::connection::AnsiTransactionManager as SyncAnsi;
use diesel::{QueryResult, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncPgConnection, TransactionManager};

use super::lite::LiteManager;
use super::pg::PgManager;

/// An asynchronous SQLite connection: its statements run on the blocking threads of the runtime.
pub(crate) type LiteConnection = SyncConnectionWrapper<SqliteConnection>;

/// A connection that a unit of work holds for its duration.
#[expect(clippy::large_enum_variant, reason = "there is one for each unit of work; a box would only add an allocation")]
pub(crate) enum Conn {
    /// PostgreSQL.
    Pg(Object<PgManager>),
    /// SQLite.
    Lite(Object<LiteManager>),
}

/// Runs one query on whichever connection is there: `on!(conn, |c| users::table.find(id).first(c).await)`.
///
/// The body is compiled once per engine, so whatever pins a backend (`Row::as_select()`, `into_boxed()`) stays inside.
/// What one engine lacks (`for_update`, multi-row inserts) takes a plain `match` on [`Conn`] instead.
macro_rules! on {
    ($conn:expr, |$c:ident| $query:expr) => {
        match $conn {
            $crate::engine::Conn::Pg(pooled) => {
                let $c: &mut diesel_async::AsyncPgConnection = pooled;
                $query
            }
            $crate::engine::Conn::Lite(pooled) => {
                let $c: &mut diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection> =
                    pooled;
                $query
            }
        }
    };
}

type PgTransactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;
type LiteTransactions = <LiteConnection as AsyncConnection>::TransactionManager;

impl Conn {
    /// Begins the transaction of a write. On SQLite it takes the write lock at once: a transaction that reads first
    /// and writes later fails with "database is locked" whatever the busy time-out says.
    pub(super) async fn begin_write(&mut self) -> QueryResult<()> {
        self.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED", "BEGIN IMMEDIATE").await
    }

    /// Begins a read of several statements that must see one state of the database. The read door ends it.
    pub(crate) async fn snapshot(&mut self) -> QueryResult<()> {
        self.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN DEFERRED").await
    }

    async fn begin_with(&mut self, pg: &'static str, lite: &'static str) -> QueryResult<()> {
        match self {
            Self::Pg(conn) => AnsiTransactionManager::begin_transaction_sql(&mut **conn, pg).await,
            Self::Lite(conn) => conn.spawn_blocking(move |conn| SyncAnsi::begin_transaction_sql(conn, lite)).await,
        }
    }

    /// Makes the write durable.
    pub(super) async fn commit(&mut self) -> QueryResult<()> {
        match self {
            Self::Pg(conn) => PgTransactions::commit_transaction(&mut **conn).await,
            Self::Lite(conn) => LiteTransactions::commit_transaction(&mut **conn).await,
        }
    }

    /// Undoes whatever transaction is open; does nothing when there is none.
    pub(super) async fn rollback(&mut self) -> QueryResult<()> {
        if !self.in_transaction() {
            return Ok(());
        }
        match self {
            Self::Pg(conn) => PgTransactions::rollback_transaction(&mut **conn).await,
            Self::Lite(conn) => LiteTransactions::rollback_transaction(&mut **conn).await,
        }
    }

    fn in_transaction(&mut self) -> bool {
        let status = match self {
            Self::Pg(conn) => PgTransactions::transaction_manager_status_mut(&mut **conn),
            Self::Lite(conn) => LiteTransactions::transaction_manager_status_mut(&mut **conn),
        };
        !matches!(status.transaction_depth(), Ok(None))
    }

    /// Closes the connection instead of giving it back: its state is unknown.
    pub(super) fn discard(self) {
        match self {
            Self::Pg(conn) => drop(Object::take(conn)),
            Self::Lite(conn) => drop(Object::take(conn)),
        }
    }
}

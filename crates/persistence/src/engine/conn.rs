//! A connection of either engine, checked out for one unit of work.

use deadpool::managed::Object;
use diesel::connection::AnsiTransactionManager as SyncAnsi;
use diesel::{QueryResult, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection as _, TransactionManager,
};

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
    /// Begins the transaction of a unit of work with the statement that is for it.
    pub(super) async fn begin(&mut self, begin: &str) -> QueryResult<()> {
        match self {
            Self::Pg(conn) => AnsiTransactionManager::begin_transaction_sql(&mut **conn, begin).await,
            Self::Lite(conn) => {
                let begin = begin.to_owned();
                conn.spawn_blocking(move |conn| SyncAnsi::begin_transaction_sql(conn, &begin)).await
            }
        }
    }

    /// Begins a read of several statements that must see one state of the database. The read door ends it.
    pub(crate) async fn snapshot(&mut self) -> QueryResult<()> {
        if self.in_transaction() {
            // Behind a pooler a read is a transaction from its beginning, in which nothing was read yet.
            return on!(self, |c| c.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await);
        }
        let begin = match self {
            Self::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Lite(_) => "BEGIN DEFERRED",
        };
        self.begin(begin).await
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

//! The embedded migrations of both trees, up and down.
//!
//! A program works on the schema of the release after its own, so that servers of both serve side by side while an installation is
//! upgraded. A migration that takes something away from such a program says which migration a program must know from then on, in
//! the row `schema_floor` of `installation`; programs that do not know it refuse to start.

use std::time::{Duration, Instant};

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::sql_types::{Binary, Bool};
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use super::db::Db;
use super::error::{DbError, DbResult};
use super::pool::{Door, Pools};
use super::url::Engine;
use crate::people::names_fold_on;

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// One number for this program's migrations, so that instances that start together take turns.
const ADVISORY_LOCK: i64 = 0x6f66_656b_746f_6d01;

/// How long another instance may be at its migrations before this one gives up.
const TURN_MAX: Duration = Duration::from_secs(60);
const TURN_LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a connection that migrates is set up with: what a migration does once it has its tables may take long.
const SET_UP: &str = "SET statement_timeout = 0";

/// Whoever waits for a table makes all others wait behind him, so a migration gives up soon; it is undone then, and may be tried again.
const IMPATIENT: &str = "SET lock_timeout = '3s'";

/// What works outside a transaction makes nobody wait, and waits itself for the transactions of others to end.
const PATIENT: &str = "SET lock_timeout = 0";

/// What a program must know at least.
const FLOOR: &str = "SELECT value FROM installation WHERE name = 'schema_floor'";

#[derive(QueryableByName)]
struct Floor {
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
}

#[derive(QueryableByName)]
struct Turn {
    #[diesel(sql_type = Bool)]
    mine: bool,
}

/// A connection that the migrations of diesel take.
type PgWrapper = AsyncConnectionWrapper<AsyncPgConnection>;

#[derive(Clone, Debug)]
enum Action {
    Pending,
    Applied,
    Up,
    Only(Vec<String>),
    Down(usize),
}

impl Db {
    /// Applies the migrations that are missing and names them, oldest first. Several instances may call it at once.
    ///
    /// # Errors
    /// [`DbError::Migration`] when one fails; those before it stay applied on PostgreSQL, none on SQLite.
    /// [`DbError::Overloaded`] when one did not get a table in time, or another instance takes too long.
    /// [`DbError::SchemaTooNew`] when the database is of a release that this program is too old for.
    pub async fn migrate(&self) -> DbResult<Vec<String>> {
        let done = self.migrations(Action::Up).await?;
        self.optimize().await?;
        // What a migration leaves to the program, in steps that do not lock the people for long.
        while self.detached(Door::Write, async |conn: &mut Conn| names_fold_on(conn).await).await? > 0 {}
        Ok(done)
    }

    /// Names the migrations that are missing, oldest first.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn migrations_pending(&self) -> DbResult<Vec<String>> {
        self.migrations(Action::Pending).await
    }

    /// Names the migrations that the database has, oldest first. Of those that this program does not know, at the end, there is the
    /// number alone.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn migrations_applied(&self) -> DbResult<Vec<String>> {
        self.migrations(Action::Applied).await
    }

    /// Names all migrations that this program has for an engine, oldest first.
    #[must_use]
    pub fn migrations_known(engine: Engine) -> Vec<String> {
        // The trees are compiled in, and reading them cannot fail.
        match engine {
            Engine::Postgres => names_of::<Pg>(POSTGRES).unwrap_or_default(),
            Engine::Sqlite => names_of::<Sqlite>(SQLITE).unwrap_or_default(),
        }
    }

    /// Applies those of the named migrations that are missing, and no others: for rows that are of an older schema.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_only(&self, names: Vec<String>) -> DbResult<Vec<String>> {
        self.migrations(Action::Only(names)).await
    }

    /// Undoes the last `count` migrations, with their data, and names them, newest first.
    ///
    /// # Errors
    /// [`DbError::Migration`] when one fails.
    pub async fn migrate_down(&self, count: usize) -> DbResult<Vec<String>> {
        self.migrations(Action::Down(count)).await
    }

    async fn migrations(&self, action: Action) -> DbResult<Vec<String>> {
        let db = self.clone();
        let task = self.inner.runtime.spawn(async move {
            match &db.inner.pools {
                Pools::Pg(pool) => on_postgres(pool.manager().connect_unlimited().await?, action).await,
                Pools::Lite { .. } => on_sqlite(db.inner.pools.checkout(Door::Write).await?, action).await,
            }
        });
        task.await.unwrap_or_else(|error| Err(DbError::Migration(error.to_string())))
    }
}

async fn on_postgres(conn: AsyncPgConnection, action: Action) -> DbResult<Vec<String>> {
    let work = move || {
        let mut conn = PgWrapper::from(conn);
        sql_query(SET_UP).execute(&mut conn)?;
        turn_take(&mut conn)?;
        let floor = |conn: &mut PgWrapper| Ok(sql_query(FLOOR).load(conn)?);
        let prepare = |conn: &mut PgWrapper, in_transaction: bool| {
            sql_query(if in_transaction { IMPATIENT } else { PATIENT }).execute(conn)?;
            Ok(())
        };
        apply(&mut conn, &Tree { migrations: || POSTGRES, floor, prepare }, action)
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(DbError::Migration(error.to_string())))
}

/// Waits for its turn, which lasts until the connection closes. It looks again and again: a statement that waits would have a
/// snapshot, for whose end `CREATE INDEX CONCURRENTLY` of the other instance waits in turn.
fn turn_take(conn: &mut PgWrapper) -> DbResult<()> {
    let started = Instant::now();
    loop {
        let turn = sql_query(format!("SELECT pg_try_advisory_lock({ADVISORY_LOCK}) AS mine"));
        if turn.get_result::<Turn>(conn)?.mine {
            return Ok(());
        }
        if started.elapsed() > TURN_MAX {
            return Err(DbError::Overloaded("another instance is at its migrations".to_owned()));
        }
        std::thread::sleep(TURN_LOOK_EVERY);
    }
}

async fn on_sqlite(conn: Conn, action: Action) -> DbResult<Vec<String>> {
    let Conn::Lite(mut conn) = conn else {
        return Err(DbError::Migration("not a SQLite connection".to_owned()));
    };
    let floor = |conn: &mut SqliteConnection| Ok(sql_query(FLOOR).load(conn)?);
    let tree = Tree { migrations: || SQLITE, floor, prepare: |_, _| Ok(()) };
    conn.spawn_blocking(move |conn| Ok(conn.immediate_transaction(|conn| apply(conn, &tree, action)))).await?
}

/// The migrations of one engine.
struct Tree<C> {
    migrations: fn() -> EmbeddedMigrations,
    /// Reads what a program must know.
    floor: fn(&mut C) -> DbResult<Vec<Floor>>,
    /// Sets the connection up for a migration, which is a transaction or not.
    prepare: fn(&mut C, bool) -> DbResult<()>,
}

fn apply<DB: Backend, C: MigrationHarness<DB>>(conn: &mut C, tree: &Tree<C>, action: Action) -> DbResult<Vec<String>> {
    if !matches!(action, Action::Down(_)) {
        schema_tolerate(conn, tree)?;
    }
    let pending: Vec<Box<dyn Migration<DB>>> = conn.pending_migrations((tree.migrations)()).map_err(failed)?;
    let names: Vec<String> = pending.iter().map(|migration| migration.name().to_string()).collect();
    match action {
        Action::Pending => Ok(names),
        Action::Applied => {
            let mut all = names_of::<DB>((tree.migrations)()).map_err(failed)?;
            all.retain(|name| !names.contains(name));
            let later = versions_later(conn, &versions_known::<DB>((tree.migrations)())?)?;
            all.extend(later.iter().map(ToString::to_string));
            Ok(all)
        }
        Action::Up | Action::Only(_) => {
            let wanted = |name: &String| !matches!(&action, Action::Only(names) if !names.contains(name));
            let mut done = Vec::new();
            for (migration, name) in pending.iter().zip(names) {
                if wanted(&name) {
                    (tree.prepare)(conn, migration.metadata().run_in_transaction())?;
                    conn.run_migration(migration).map_err(failed)?;
                    done.push(name);
                }
            }
            Ok(done)
        }
        Action::Down(count) => {
            let applied = conn.applied_migrations().map_err(failed)?.len();
            (0..count.min(applied))
                .map(|_| {
                    conn.revert_last_migration((tree.migrations)()).map(|version| version.to_string()).map_err(failed)
                })
                .collect()
        }
    }
}

/// Whether the schema is one that this program works with: its own, or that of a later release that does without nothing of it.
fn schema_tolerate<DB: Backend, C: MigrationHarness<DB>>(conn: &mut C, tree: &Tree<C>) -> DbResult<()> {
    let known = versions_known::<DB>((tree.migrations)())?;
    let Some(newest) = known.iter().max() else { return Ok(()) };
    let Some(later) = versions_later(conn, &known)?.pop() else { return Ok(()) };
    let floors = (tree.floor)(conn)?;
    let needs = floors.first().map(|floor| String::from_utf8_lossy(&floor.value).into_owned());
    match needs {
        Some(needs) if MigrationVersion::from(needs.clone()) > *newest => Err(DbError::SchemaTooNew(format!(
            "the database has migration {later}, which needs a program that knows {needs}; this one knows none after {newest}: \
             run a later release"
        ))),
        _ => {
            tracing::warn!(
                schema.version = %later, program.version = %newest,
                "the database is of a later release than this program, which works with it"
            );
            Ok(())
        }
    }
}

fn versions_known<DB: Backend>(tree: EmbeddedMigrations) -> DbResult<Vec<MigrationVersion<'static>>> {
    let known: Vec<Box<dyn Migration<DB>>> = tree.migrations().map_err(failed)?;
    Ok(known.iter().map(|migration| migration.name().version().as_owned()).collect())
}

/// The migrations of the database that are not known, oldest first.
fn versions_later<DB: Backend, C: MigrationHarness<DB>>(
    conn: &mut C,
    known: &[MigrationVersion<'_>],
) -> DbResult<Vec<MigrationVersion<'static>>> {
    let mut later = conn.applied_migrations().map_err(failed)?;
    later.retain(|version| !known.contains(version));
    later.sort();
    Ok(later)
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A migration that did not get a table in time may be tried again; any other failure stays.
fn failed(error: BoxError) -> DbError {
    let text = error.to_string();
    if text.contains("lock timeout") { DbError::Overloaded(text) } else { DbError::Migration(text) }
}

fn names_of<DB: Backend>(tree: EmbeddedMigrations) -> Result<Vec<String>, BoxError> {
    let mut migrations: Vec<Box<dyn Migration<DB>>> = tree.migrations()?;
    migrations.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
    Ok(migrations.iter().map(|migration| migration.name().to_string()).collect())
}

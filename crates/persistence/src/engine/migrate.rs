//! The embedded migrations of both trees, up and down.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource as _};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{RunQueryDsl as _, sql_query};
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

    /// Names the migrations that the database has, oldest first.
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
        let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::from(conn);
        sql_query("SET lock_timeout = '60s'").execute(&mut conn)?;
        // Held until this connection closes, which is right after.
        sql_query(format!("SELECT pg_advisory_lock({ADVISORY_LOCK})")).execute(&mut conn)?;
        apply(&mut conn, || POSTGRES, action)
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(DbError::Migration(error.to_string())))
}

async fn on_sqlite(conn: Conn, action: Action) -> DbResult<Vec<String>> {
    let Conn::Lite(mut conn) = conn else {
        return Err(DbError::Migration("not a SQLite connection".to_owned()));
    };
    conn.spawn_blocking(move |conn| Ok(conn.immediate_transaction(|conn| apply(conn, || SQLITE, action)))).await?
}

fn apply<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    tree: fn() -> EmbeddedMigrations,
    action: Action,
) -> DbResult<Vec<String>> {
    let failed = |error: BoxError| DbError::Migration(error.to_string());
    let pending: Vec<Box<dyn Migration<DB>>> = conn.pending_migrations(tree()).map_err(failed)?;
    let names: Vec<String> = pending.iter().map(|migration| migration.name().to_string()).collect();
    match action {
        Action::Pending => Ok(names),
        Action::Applied => {
            let mut all = names_of::<DB>(tree()).map_err(failed)?;
            all.retain(|name| !names.contains(name));
            Ok(all)
        }
        Action::Up | Action::Only(_) => {
            let wanted = |name: &String| !matches!(&action, Action::Only(names) if !names.contains(name));
            let mut done = Vec::new();
            for (migration, name) in pending.iter().zip(names) {
                if wanted(&name) {
                    conn.run_migration(migration).map_err(failed)?;
                    done.push(name);
                }
            }
            Ok(done)
        }
        Action::Down(count) => {
            let applied = conn.applied_migrations().map_err(failed)?.len();
            (0..count.min(applied))
                .map(|_| conn.revert_last_migration(tree()).map(|version| version.to_string()).map_err(failed))
                .collect()
        }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn names_of<DB: Backend>(tree: EmbeddedMigrations) -> Result<Vec<String>, BoxError> {
    let mut migrations: Vec<Box<dyn Migration<DB>>> = tree.migrations()?;
    migrations.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
    Ok(migrations.iter().map(|migration| migration.name().to_string()).collect())
}

//! One test body, both engines.

use ofektom_persistence::{Db, DbConfig};
use tokio::runtime::Builder;

pub use ofektom_persistence::Engine;

use crate::postgres::PostgresDatabase;
use crate::sqlite::SqliteFile;

/// A database that belongs to one test and goes away when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    /// The engine it is of.
    pub engine: Engine,
    /// Its URL, as the server's configuration takes it.
    pub url: String,
    _database: Database,
}

#[derive(Debug)]
#[expect(dead_code, reason = "held for their drop")]
enum Database {
    /// Another handle keeps it.
    Another,
    Sqlite(SqliteFile),
    Postgres(PostgresDatabase),
}

impl TestDb {
    /// A database with all migrations applied.
    ///
    /// # Panics
    /// When it cannot be made; for PostgreSQL also when `OFEKTOM_TEST_POSTGRES_URL` is not set.
    pub async fn migrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let db = Self::empty(engine).await;
                migrate(&db.url).await;
                db
            }
            Engine::Postgres => Self::of_postgres(PostgresDatabase::migrated().await),
        }
    }

    /// A database with nothing in it, for tests of the migrations.
    ///
    /// # Panics
    /// As [`TestDb::migrated`].
    pub async fn empty(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let file = SqliteFile::new();
                Self { engine, url: file.url(), _database: Database::Sqlite(file) }
            }
            Engine::Postgres => Self::of_postgres(PostgresDatabase::empty().await),
        }
    }

    /// The same database for another test body, which leaves it there, by this or another way to it.
    #[must_use]
    pub fn shared(&self, url: &str) -> Self {
        Self { engine: self.engine, url: url.to_owned(), _database: Database::Another }
    }

    fn of_postgres(database: PostgresDatabase) -> Self {
        Self { engine: Engine::Postgres, url: database.url(), _database: Database::Postgres(database) }
    }
}

/// Applies all migrations, the way the server does.
pub(crate) async fn migrate(url: &str) {
    let db = Db::connect(DbConfig::new(url)).await.expect("the new test database cannot be reached");
    db.migrate().await.expect("the migrations fail on a new database");
    db.close().await;
}

/// Runs one test body on a migrated database of `engine`, on a runtime like the server's. Use [`on_both_engines!`], which
/// calls this for each engine.
///
/// [`on_both_engines!`]: crate::on_both_engines
///
/// # Panics
/// As the body does, and as [`TestDb::migrated`] does.
pub fn run_on<Body, Run>(engine: Engine, body: Body)
where
    Body: FnOnce(TestDb) -> Run,
    Run: Future<Output = ()>,
{
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("no runtime for the test");
    runtime.block_on(async { body(TestDb::migrated(engine).await).await });
}

/// Makes two tests of each `async fn name(db: TestDb)`: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($body:ident),+ $(,)?) => {
        $(
            mod $body {
                #[test]
                fn sqlite() {
                    $crate::run_on($crate::Engine::Sqlite, super::$body);
                }

                #[test]
                fn postgres() {
                    $crate::run_on($crate::Engine::Postgres, super::$body);
                }
            }
        )+
    };
}

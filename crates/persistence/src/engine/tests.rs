//! The engine's promises, on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::sql_types::BigInt;
use diesel::{IntoSql as _, QueryableByName, sql_query};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_testkit::{Engine, TestDb, on_both_engines, run_on};

use super::conn::Conn;
use super::{Db, DbConfig, DbError, DbResult};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn open(test: &TestDb) -> Db {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    db.write(async |conn| {
        statement_on(conn, "CREATE TABLE counters (id bigint PRIMARY KEY, number bigint NOT NULL)").await
    })
    .await
    .unwrap();
    db.write(async |conn| statement_on(conn, "INSERT INTO counters VALUES (1, 0), (2, 0)").await).await.unwrap();
    db
}

async fn statement_on(conn: &mut Conn, sql: &'static str) -> DbResult<()> {
    Ok(on!(conn, |c| c.batch_execute(sql).await)?)
}

async fn number_on(conn: &mut Conn, id: i64) -> DbResult<i64> {
    let sql = format!("SELECT number FROM counters WHERE id = {id}");
    Ok(on!(conn, |c| sql_query(sql).get_result::<Number>(c).await)?.number)
}

async fn number(db: &Db) -> i64 {
    db.read(async |conn| number_on(conn, 1).await).await.unwrap()
}

on_both_engines!(
    writes_commit_or_vanish,
    a_read_cannot_write_on_sqlite,
    concurrent_writes_queue,
    a_dropped_caller_leaves_nothing_half_done,
    a_panic_frees_its_locks,
    deadlocks_are_tried_again,
    migrations_go_down_and_up,
    instances_migrate_together,
    a_later_schema_is_worked_with_unless_it_says_no,
    a_closed_database_refuses,
    a_full_pool_is_overloaded,
    statements_are_counted,
    a_snapshot_sees_one_state,
);

async fn writes_commit_or_vanish(test: TestDb) {
    let db = open(&test).await;
    db.write(async |conn| statement_on(conn, "UPDATE counters SET number = 7 WHERE id = 1").await).await.unwrap();
    let refused: StoreResult<()> = db
        .write(async |conn| {
            statement_on(conn, "UPDATE counters SET number = 8 WHERE id = 1").await?;
            Err(StoreError::NotFound.into())
        })
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    assert_eq!(number(&db).await, 7);
}

async fn a_read_cannot_write_on_sqlite(test: TestDb) {
    let db = open(&test).await;
    let outcome = db.read(async |conn| statement_on(conn, "UPDATE counters SET number = 1").await).await;
    assert_eq!(outcome.is_err(), matches!(db.inner.pools, super::pool::Pools::Lite { .. }));
}

async fn concurrent_writes_queue(test: TestDb) {
    let db = open(&test).await;
    let lock = match db.engine() {
        super::Engine::Postgres => "SELECT number FROM counters WHERE id = 1 FOR UPDATE",
        super::Engine::Sqlite => "SELECT number FROM counters WHERE id = 1",
    };
    let writers: Vec<_> = (0..64)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(async move |conn| {
                    let seen = on!(conn, |c| sql_query(lock).get_result::<Number>(c).await)?.number;
                    let sql = format!("UPDATE counters SET number = {} WHERE id = 1", seen + 1);
                    on!(conn, |c| c.batch_execute(&sql).await)?;
                    Ok(())
                })
                .await
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(number(&db).await, 64);
}

async fn a_dropped_caller_leaves_nothing_half_done(test: TestDb) {
    let db = open(&test).await;
    for _ in 0..20 {
        let (started, wait) = tokio::sync::oneshot::channel();
        let started = Arc::new(std::sync::Mutex::new(Some(started)));
        let caller = db.write(async move |conn| {
            statement_on(conn, "UPDATE counters SET number = number + 1 WHERE id = 1").await?;
            if let Some(started) = started.lock().unwrap().take() {
                let _ = started.send(());
            }
            statement_on(conn, "UPDATE counters SET number = number + 1 WHERE id = 2").await
        });
        // The caller goes away in the middle of the unit of work.
        tokio::select! {
            biased;
            _ = wait => {}
            _ = caller => {}
        }
    }
    db.close().await;
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    let both = db.read(async |conn| Ok((number_on(conn, 1).await?, number_on(conn, 2).await?))).await.unwrap();
    assert_eq!(both, (20, 20));
}

async fn a_panic_frees_its_locks(test: TestDb) {
    let db = open(&test).await;
    let outcome: StoreResult<()> = db
        .write(async |conn| {
            statement_on(conn, "UPDATE counters SET number = 5 WHERE id = 1").await?;
            assert_eq!(number_on(conn, 1).await?, 6, "on purpose");
            Ok(())
        })
        .await;
    assert!(matches!(outcome, Err(StoreError::Internal(_))));
    db.write(async |conn| statement_on(conn, "UPDATE counters SET number = number + 1 WHERE id = 1").await)
        .await
        .unwrap();
    assert_eq!(number(&db).await, 1);
}

/// Two units that lock two rows in opposite orders. SQLite never lets them meet.
async fn deadlocks_are_tried_again(test: TestDb) {
    let db = open(&test).await;
    let barrier = Arc::new(tokio::sync::Barrier::new(2));
    let units = [(1, 2), (2, 1)].map(|(first, second)| {
        let (db, barrier, tries) = (db.clone(), Arc::clone(&barrier), Arc::new(AtomicU32::new(0)));
        tokio::spawn(async move {
            db.write(async move |conn| {
                let update = |id: i32| format!("UPDATE counters SET number = number + 1 WHERE id = {id}");
                on!(conn, |c| c.batch_execute(&update(first)).await)?;
                if matches!(conn, Conn::Pg(_)) && tries.fetch_add(1, Ordering::SeqCst) == 0 {
                    barrier.wait().await;
                }
                on!(conn, |c| c.batch_execute(&update(second)).await)?;
                Ok(())
            })
            .await
        })
    });
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(number(&db).await, 2);
}

async fn migrations_go_down_and_up(test: TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    assert_eq!(db.migrations_pending().await.unwrap(), Vec::<String>::new());
    let down = db.migrate_down(1_000).await.unwrap();
    let pending = db.migrations_pending().await.unwrap();
    assert_eq!(down.len(), pending.len());
    assert_eq!(tables(&db).await, 0, "the down scripts leave tables behind");
    assert_eq!(db.migrate().await.unwrap(), pending);
    assert!(tables(&db).await > 15);
}

async fn tables(db: &Db) -> i64 {
    let sql = match db.engine() {
        super::Engine::Postgres => {
            "SELECT count(*) AS number FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%'"
        }
        super::Engine::Sqlite => {
            "SELECT count(*) AS number FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'
                 AND name NOT LIKE 'sqlite_stat%'"
        }
    };
    db.read(async move |conn| Ok(on!(conn, |c| sql_query(sql).get_result::<Number>(c).await)?.number)).await.unwrap()
}

async fn instances_migrate_together(test: TestDb) {
    let fresh = TestDb::empty(test.engine).await;
    let starts = (0..4).map(|_| async {
        let db = Db::connect(DbConfig::new(&fresh.url)).await.unwrap();
        db.migrate().await.unwrap().len()
    });
    let applied: Vec<usize> = futures_util::future::join_all(starts).await;
    assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
}

async fn a_later_schema_is_worked_with_unless_it_says_no(test: TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    let later = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9998')";
    db.write(async |conn| statement_on(conn, later).await).await.unwrap();
    assert_eq!(db.migrate().await.unwrap(), Vec::<String>::new());
    assert_eq!(db.migrations_pending().await.unwrap(), Vec::<String>::new());
    let floor = async |needs: &'static str| {
        let (bytes, now) = match db.engine() {
            super::Engine::Postgres => (format!("convert_to('{needs}', 'UTF8')"), "now()"),
            super::Engine::Sqlite => (format!("CAST('{needs}' AS BLOB)"), "0"),
        };
        let sql = format!(
            "INSERT INTO installation (name, value, set_at) VALUES ('schema_floor', {bytes}, {now})
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        );
        let sql = async move |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute(&sql).await)?);
        db.write(sql).await.unwrap();
    };
    floor("0021").await;
    assert_eq!(db.migrate().await.unwrap(), Vec::<String>::new(), "what went is nothing that this program knows");
    floor("9997").await;
    for refused in [db.migrate().await, db.migrations_pending().await] {
        assert!(matches!(&refused, Err(DbError::SchemaTooNew(why)) if why.contains("9997")), "{refused:?}");
    }
}

/// Whoever waits for a table makes all others wait behind him, so a migration that does not get it gives up, and leaves nothing.
#[test]
fn a_migration_does_not_wait_long_for_a_table() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
        while !db.migrations_pending().await.unwrap().iter().any(|name| name.starts_with("0021")) {
            db.migrate_down(1).await.unwrap();
        }
        let pending = db.migrations_pending().await.unwrap();
        let (holder, connection) = tokio_postgres::connect(&test.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        holder.batch_execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let refused = db.migrate().await;
        assert!(matches!(&refused, Err(DbError::Overloaded(why)) if why.contains("lock timeout")), "{refused:?}");
        assert_eq!(db.migrations_pending().await.unwrap(), pending);
        holder.batch_execute("COMMIT").await.unwrap();
        assert_eq!(db.migrate().await.unwrap(), pending);
    });
}

async fn a_closed_database_refuses(test: TestDb) {
    let db = open(&test).await;
    db.close().await;
    assert!(matches!(db.ping().await, Err(DbError::Unavailable(_))));
}

async fn a_full_pool_is_overloaded(test: TestDb) {
    let mut config = DbConfig::new(&test.url);
    config.pool_size_max = 1;
    config.wait_timeout = Duration::from_millis(50);
    let db = Db::connect(config).await.unwrap();
    let (free, wait) = tokio::sync::watch::channel(false);
    let (entered, inside) = tokio::sync::oneshot::channel();
    let entered = Arc::new(std::sync::Mutex::new(Some(entered)));
    let holder = tokio::spawn({
        let db = db.clone();
        async move {
            db.write(async move |_conn: &mut Conn| {
                if let Some(entered) = entered.lock().unwrap().take() {
                    let _ = entered.send(());
                }
                let mut wait = wait;
                let _ = wait.wait_for(|free| *free).await;
                Ok(())
            })
            .await
        }
    });
    inside.await.unwrap();
    let refused: StoreResult<()> = db.write(async |_conn: &mut Conn| Ok(())).await;
    assert!(matches!(refused, Err(StoreError::Overloaded)));
    free.send(true).unwrap();
    holder.await.unwrap().unwrap();
    db.write(async |_conn: &mut Conn| Ok(())).await.unwrap();
}

async fn statements_are_counted(test: TestDb) {
    let db = open(&test).await;
    let before = db.pool_status();
    assert!(before.total_connections >= 1);
    assert_eq!(db.pool_status(), before);
    let one =
        db.read(async |conn| Ok(on!(conn, |c| diesel::select(1_i64.into_sql::<BigInt>()).get_result::<i64>(c).await)?));
    assert_eq!(one.await.unwrap(), 1);
    assert_eq!(db.pool_status().statements_total, before.statements_total + 1);
}

async fn a_snapshot_sees_one_state(test: TestDb) {
    let db = open(&test).await;
    let other = db.clone();
    let seen = db.read(async move |conn| {
        conn.snapshot().await?;
        let first = number_on(conn, 1).await?;
        let write = other.write(async |conn| statement_on(conn, "UPDATE counters SET number = number + 1").await);
        write.await?;
        Ok((first, number_on(conn, 1).await?))
    });
    let (first, second) = seen.await.unwrap();
    assert_eq!(first, second);
    assert_eq!(number(&db).await, first + 1);
}

#[test]
fn idle_connections_are_trimmed() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let db = open(&test).await;
        let together = Arc::new(tokio::sync::Barrier::new(6));
        let units = (0..6).map(|_| {
            let together = Arc::clone(&together);
            db.read(async move |_conn: &mut Conn| {
                together.wait().await;
                Ok(())
            })
        });
        futures_util::future::join_all(units).await;
        assert_eq!(db.pool_status().total_connections, 6);
        let super::pool::Pools::Pg(pool) = &db.inner.pools else { panic!("not PostgreSQL") };
        let trimming = tokio::spawn(super::pool::trim(pool.weak(), 2, Duration::from_millis(1)));
        let trimmed = async {
            while db.pool_status().total_connections > 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), trimmed).await.unwrap();
        trimming.abort();
        assert_eq!(db.pool_status().total_connections, 2);
        db.ping().await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_database_is_told_quickly() {
    let started = Instant::now();
    let refused = Db::connect(DbConfig::new("postgres://nobody@127.0.0.1:1/none")).await;
    assert!(matches!(refused, Err(DbError::Unavailable(_))), "{refused:?}");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://nobody@127.0.0.1:{}/none", silent.local_addr().unwrap().port());
    let silent = Db::connect(DbConfig::new(url)).await;
    assert!(matches!(silent, Err(DbError::Unavailable(_))), "{silent:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
    let directory = Db::connect(DbConfig::new("sqlite:/dev/null/a.db")).await;
    assert!(matches!(directory, Err(DbError::Unavailable(_))), "{directory:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_durable_and_checked_and_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/test.db");
    let db = Db::connect(DbConfig::new(format!("sqlite:{}", path.display()))).await.unwrap();
    for (pragma, wanted) in [("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5_000)] {
        let sql = if pragma == "busy_timeout" {
            "SELECT timeout AS number FROM pragma_busy_timeout".to_owned()
        } else {
            format!("SELECT {pragma} AS number FROM pragma_{pragma}")
        };
        let work = async move |conn: &mut Conn| Ok(on!(conn, |c| sql_query(sql).get_result::<Number>(c).await)?.number);
        assert_eq!(db.read(work.clone()).await.unwrap(), wanted, "{pragma}");
        assert_eq!(db.write(work).await.unwrap(), wanted, "{pragma}");
    }
    assert!(path.with_extension("db-wal").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
}

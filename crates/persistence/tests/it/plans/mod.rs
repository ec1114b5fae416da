//! No query looks through a large table, and no index is there for nothing: the very statements that the stores send are
//! explained, by both engines, on a database that is large enough for their planners.

pub mod dialect;
mod exceptions;
mod lists;
mod plan;
mod proxy;
pub mod seed;
mod seed_money;
mod seed_rest;
mod statements;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use ofektom_persistence::{Db, DbConfig};
use ofektom_testkit::{Engine, TestDb, run_on};

use self::dialect::Dialect;
use self::exceptions::{SCANNED, THROWN_AWAY, UNUSED};
use self::plan::{Plan, THROWN_AWAY_MAX};
use self::proxy::Proxy;
use crate::raw::Raw;

/// Tables that stay small however much is saved.
const SMALL: [&str; 7] = [
    "__diesel_schema_migrations",
    "audit_chains",
    "businesses",
    "installation",
    "maturity_runs",
    "notification_mutes",
    "units",
];

#[test]
fn postgres() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let raw = Raw::open(&test).await;
        seed::fill(&raw, Dialect(Engine::Postgres)).await;
        // As autovacuum leaves tables that rows are only added to.
        raw.execute("VACUUM ANALYZE").await;
        proxy::explain(&raw, &test.url).await;
        let proxy = Proxy::start(&test.url).await;
        let by_proxy = test.shared(&proxy.url(&test.url));
        everything(&by_proxy).await;
        let plans: Vec<Plan> = proxy.take().iter().map(|plan| Plan::of_postgres(plan)).collect();
        assert!(plans.len() > 500, "{} plans", plans.len());
        judge(
            Engine::Postgres,
            &plans,
            &texts(
                &raw,
                "SELECT indexname AS text FROM pg_indexes
            WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey' AND tablename NOT LIKE '\\_\\_%'",
            )
            .await,
        );
    });
}

#[test]
fn sqlite() {
    run_on(Engine::Sqlite, async |test: TestDb| {
        let raw = Raw::open(&test).await;
        seed::fill(&raw, Dialect(Engine::Sqlite)).await;
        let path = test.url.trim_start_matches("sqlite:");
        statements::keep(path);
        everything(&test.shared(&test.url)).await;
        // One that knows what the engine found out about the tables.
        let raw = Raw::open(&test).await;
        let tables = texts(&raw, "SELECT name AS text FROM sqlite_master WHERE type = 'table'").await;
        let partial = "SELECT name AS text FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
        let partial = texts(&raw, partial).await;
        let mut plans = Vec::new();
        for statement in statements::take(path) {
            let verb = statement.split_whitespace().next().unwrap_or_default();
            if ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].contains(&verb) {
                let lines = lines(&raw, &format!("EXPLAIN QUERY PLAN {statement}")).await;
                plans.push(Plan::of_sqlite(&statement, &lines, (&tables, &partial)));
            }
        }
        assert!(plans.len() > 200, "{} plans", plans.len());
        judge(
            Engine::Sqlite,
            &plans,
            &texts(
                &raw,
                "SELECT name AS text FROM sqlite_master
            WHERE type = 'index' AND sql IS NOT NULL",
            )
            .await,
        );
    });
}

/// Calls all that the stores can do.
async fn everything(test: &TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    db.migrate().await.unwrap();
    db.optimize().await.unwrap();
    lists::all(&db).await;
    work::all(&db, test).await;
    db.close().await;
}

/// Fails with all that is wrong.
fn judge(engine: Engine, plans: &[Plan], indexes: &BTreeSet<String>) {
    let mut wrong: BTreeSet<String> = BTreeSet::new();
    let mut excepted: BTreeMap<usize, u32> = BTreeMap::new();
    for plan in plans {
        for table in plan.scanned.iter().filter(|table| !SMALL.contains(&table.as_str())) {
            match SCANNED.iter().position(|it| it.means(engine, &plan.statement, table)) {
                Some(at) => *excepted.entry(at).or_default() += 1,
                None => {
                    wrong.insert(format!("{table} is looked through by: {}", plan.statement));
                }
            }
        }
        let allowed = THROWN_AWAY.iter().any(|it| plan.statement.contains(it.statement));
        if plan.thrown_away > THROWN_AWAY_MAX && !allowed {
            wrong.insert(format!("{} rows are found in vain by: {}", plan.thrown_away, plan.statement));
        }
    }
    for (at, it) in SCANNED.iter().enumerate() {
        if it.engine.is_none_or(|only| only == engine) && !excepted.contains_key(&at) {
            wrong.insert(format!("an exception is not needed any more: {it:?}"));
        }
    }
    let used: BTreeSet<&String> = plans.iter().flat_map(|plan| &plan.indexes).collect();
    for index in indexes {
        let allowed = UNUSED.iter().any(|it| it.index == index && it.engine.is_none_or(|only| only == engine));
        if !used.contains(index) && !allowed {
            wrong.insert(format!("{index} is used by no query"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n\n"));
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

async fn texts(raw: &Raw, sql: &str) -> BTreeSet<String> {
    match raw {
        Raw::Postgres(client) => client.query(sql, &[]).await.unwrap().iter().map(|row| row.get("text")).collect(),
        Raw::Sqlite(conn) => {
            let found = sql_query(sql).load::<Found>(&mut *conn.lock().unwrap()).unwrap();
            found.into_iter().map(|found| found.text).collect()
        }
    }
}

async fn lines(raw: &Raw, sql: &str) -> Vec<String> {
    let Raw::Sqlite(conn) = raw else { panic!("of SQLite alone") };
    let found =
        sql_query(sql).load::<Line>(&mut *conn.lock().unwrap()).unwrap_or_else(|error| panic!("{error}: {sql}"));
    found.into_iter().map(|line| line.detail).collect()
}

//! The databases that the testkit hands out.
#![expect(clippy::expect_used, reason = "a test that cannot go on must fail, with the reason")]

use std::collections::HashSet;
use std::path::Path;

use ofektom_persistence::{Db, DbConfig};
use ofektom_testkit::{Engine, TestDb, on_both_engines, run_on};

async fn a_test_database_answers(db: TestDb) {
    let opened = Db::connect(DbConfig::new(&db.url)).await.expect("the database can be reached");
    assert_eq!(opened.engine(), db.engine);
    opened.close().await;
}

/// Also shows that many may ask for the template at once.
async fn each_test_has_its_own_database(db: TestDb) {
    let engine = db.engine;
    let others = (0..8).map(|_| tokio::spawn(TestDb::migrated(engine)));
    let mut urls = HashSet::from([db.url.clone()]);
    for other in others.collect::<Vec<_>>() {
        urls.insert(other.await.expect("the database is made").url.clone());
    }
    assert_eq!(urls.len(), 9);
}

async fn a_dropped_database_is_gone(db: TestDb) {
    let opened = Db::connect(DbConfig::new(&db.url)).await.expect("the database can be reached");
    let url = db.url.clone();
    drop(db);
    match opened.engine() {
        Engine::Postgres => assert!(Db::connect(DbConfig::new(&url)).await.is_err(), "{url} still answers"),
        Engine::Sqlite => {
            assert!(!Path::new(url.trim_start_matches("sqlite:")).exists(), "{url} is still there");
        }
    }
}

on_both_engines!(a_test_database_answers, each_test_has_its_own_database, a_dropped_database_is_gone);

#[test]
#[should_panic(expected = "the body ran")]
fn a_failing_body_fails_the_test() {
    run_on(Engine::Sqlite, async |_db| panic!("the body ran"));
}

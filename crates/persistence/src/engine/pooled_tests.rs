//! What a pooler that gives a connection for one transaction needs of a unit of work.

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_testkit::{Engine, TestDb, run_on};

use super::{Conn, Db, DbConfig, DbResult};

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    told: String,
}

/// How the session and the transaction are, in words: time-outs, isolation, whether it is read-only, prepared statements of before.
const SESSION: &str = "SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
    current_setting('transaction_isolation'), current_setting('transaction_read_only'),
    (SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%')) AS told";

/// What a later transaction of somebody else finds: the time-outs of the server.
const LEFT: &str = "SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
    (SELECT count(*) FROM pg_prepared_statements)) AS told";

async fn ask(conn: &mut Conn, question: &'static str) -> DbResult<String> {
    Ok(on!(conn, |c| sql_query(question).get_result::<Told>(c).await)?.told)
}

#[test]
fn each_unit_of_work_brings_its_time_outs_and_leaves_nothing() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let config =
            DbConfig { pooled: true, direct_url: Some(test.url.clone()), pool_size_max: 1, ..DbConfig::new(&test.url) };
        let db = Db::connect(config).await.unwrap();
        for _ in 0..3 {
            let read = db.read(async |conn: &mut Conn| ask(conn, SESSION).await).await.unwrap();
            assert_eq!(read, "30s 5s read committed on 0");
            let list = db.read_list(async |conn: &mut Conn| ask(conn, SESSION).await).await.unwrap();
            assert_eq!(list, read);
            let snapshot = db.read(async |conn: &mut Conn| {
                conn.snapshot().await?;
                ask(conn, SESSION).await
            });
            assert_eq!(snapshot.await.unwrap(), "30s 5s repeatable read on 0");
            let write = db.write(async |conn: &mut Conn| ask(conn, SESSION).await).await.unwrap();
            assert_eq!(write, "30s 5s read committed off 0");
            let refused = db.write(async |conn: &mut Conn| ask(conn, "SELECT 1/0 AS told").await).await;
            assert!(refused.is_err());
            // The one connection, without a transaction of ours: only the question itself is prepared on it.
            let mut conn = db.inner.pools.checkout(super::pool::Door::Read).await.unwrap();
            assert_eq!(ask(&mut conn, LEFT).await.unwrap(), "0 0 1");
        }
        db.close().await;
    });
}

//! The servers reach PostgreSQL through PgBouncer, which gives them its few connections for one transaction at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ofektom_testkit::{PgBouncer, RedisServer, TestDb};
use tokio::time::sleep;
use tokio_postgres::NoTls;

use crate::collectors::AtWork;
use crate::instances::books_verify;
use crate::stage::{Fleet, alone, read, until};

/// Connections to the server, for three instances that would like to have many more.
const CONNECTIONS: usize = 4;
/// Contributions before and after each change.
const WORK: usize = 60;
const LOOK: Duration = Duration::from_millis(20);

fn settings(redis: &RedisServer, db: &TestDb) -> Vec<(&'static str, String)> {
    let pooler = [("DATABASE_POOLER", "transaction".to_owned()), ("DATABASE_DIRECT_URL", db.url.clone())];
    redis.settings().into_iter().chain(pooler).collect()
}

#[test]
fn three_servers_share_a_few_connections() {
    alone(async |db: TestDb| {
        let bouncer = PgBouncer::start(&db.url, CONNECTIONS).await;
        let redis = RedisServer::start().await;
        let settings = settings(&redis, &db);
        let mut fleet = Fleet::start_around(&bouncer.url(), redis, &settings, |site| site).await;
        let watched = Watched::begin(&db.url).await;
        let at_work = AtWork::begin(&fleet).await;
        at_work.more(2 * WORK).await;
        let work = at_work.work.clone();
        let (done, failed) = at_work.end().await;
        assert!(failed.is_empty() && work.reads_repeated() == 0, "{failed:?}");
        let failures: Vec<_> = done.iter().flat_map(|done| &done.failures).collect();
        assert!(failures.is_empty(), "{failures:?}\n{}", bouncer.log());
        work.check(fleet.direct(), &done).await;
        let most = watched.most.load(Ordering::SeqCst);
        // An instance that waits for long asks the server itself whether it lives.
        assert!((2..=CONNECTIONS + fleet.instances.len()).contains(&most), "{most}");
        books_verify(&db.url);
        for instance in &mut fleet.instances {
            assert_eq!(instance.terminate().code(), Some(0));
            let log = instance.log();
            assert!(!log.contains("prepared statement") && !log.contains("panicked"), "{log}");
        }
    });
}

#[test]
fn a_pooler_that_is_killed_loses_and_doubles_nothing() {
    alone(async |db: TestDb| {
        let mut bouncer = PgBouncer::start(&db.url, CONNECTIONS).await;
        let redis = RedisServer::start().await;
        let settings = settings(&redis, &db);
        let fleet = Fleet::start_around(&bouncer.url(), redis, &settings, |site| site).await;
        let at_work = AtWork::begin_for_long(&fleet).await;
        at_work.more(WORK).await;
        bouncer.kill();
        until("the health tells it", async || read(fleet.direct(), "/readyz").await.status == 503).await;
        bouncer.run().await;
        until("it is ready again", async || read(fleet.direct(), "/readyz").await.status == 200).await;
        at_work.more(WORK).await;
        let work = at_work.work.clone();
        let (done, _) = at_work.end().await;
        work.check(fleet.direct(), &done).await;
        books_verify(&db.url);
    });
}

/// How many connections the servers had at once, as PostgreSQL sees it.
struct Watched {
    most: Arc<AtomicUsize>,
}

impl Watched {
    /// Looks again and again, until the runtime of the test ends.
    async fn begin(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let most = Arc::new(AtomicUsize::new(0));
        let watched = Self { most: Arc::clone(&most) };
        tokio::spawn(async move {
            let question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND backend_type = 'client backend' AND application_name = 'ofektom'";
            while let Ok(row) = client.query_one(question, &[]).await {
                let now = usize::try_from(row.get::<_, i64>(0)).unwrap();
                most.fetch_max(now, Ordering::SeqCst);
                sleep(LOOK).await;
            }
        });
        watched
    }
}

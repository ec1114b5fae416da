//! PostgreSQL is gone for a while, or Redis is.

use std::time::{Duration, Instant};

use ofektom_testkit::{Api, PostgresServer, Reply, TestDb};
use reqwest::Method;
use serde_json::json;

use crate::collectors::AtWork;
use crate::instances::books_verify;
use crate::stage::{Fleet, alone, read, until};

/// A request that finds no database is answered within this.
const REFUSED_MAX: Duration = Duration::from_secs(1);
/// All is well again within this, once the database is back.
const BACK_MAX: Duration = Duration::from_secs(5);
/// Contributions before and after each change.
const WORK: usize = 40;

#[test]
fn without_postgresql_everything_says_so_at_once_and_heals() {
    alone(async |_db: TestDb| {
        let mut postgres = PostgresServer::start().await;
        let mut fleet = Fleet::start(&postgres.url()).await;
        let at_work = AtWork::begin(&fleet).await;
        at_work.more(WORK).await;
        let agent = fleet.direct().agent().await;
        postgres.stop();
        let stopped = Instant::now();
        let api = fleet.client(100);
        // Whoever was in the middle of a statement learns it at once, too.
        while stopped.elapsed() < Duration::from_secs(3) {
            for path in ["/api/v1/savings", "/api/v1/commissions"] {
                unavailable(&api, api.request(Method::GET, path).bearer_auth(&agent.token)).await;
            }
            let login = json!({ "phone": "+2348031111111", "secret": "nobody's" });
            unavailable(fleet.direct(), fleet.direct().request(Method::POST, "/api/v1/auth/login").json(&login)).await;
            let name = json!({ "name": "A business that cannot be" });
            unavailable(&api, api.request(Method::POST, "/api/v1/businesses").bearer_auth(&agent.token).json(&name))
                .await;
            // Not so often that it is asked to wait.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for instance in &fleet.instances {
            unavailable(&instance.api, instance.api.request(Method::GET, "/readyz")).await;
            assert_eq!(read(&instance.api, "/livez").await.status, 200);
        }
        unavailable(&api, api.request(Method::GET, "/readyz")).await;
        assert_eq!(read(&api, "/livez").await.status, 200);
        // Each instance keeps its answer for a second.
        until("the health tells it", async || read(&api, "/health").await.json()["status"] == "unhealthy").await;
        assert_eq!(read(&api, "/health").await.expect(200)["database"], "unhealthy");

        postgres.run().await;
        let back = Instant::now();
        for instance in &fleet.instances {
            until("each instance is ready", async || read(&instance.api, "/readyz").await.status == 200).await;
            let savings = instance.api.get(&agent, "/api/v1/savings").await;
            assert_eq!(savings.status, 200, "{}", savings.text());
        }
        at_work.more(1).await;
        assert!(back.elapsed() < BACK_MAX, "{:?}", back.elapsed());
        until("the health tells it", async || read(&api, "/health").await.json()["database"] == "healthy").await;
        at_work.more(WORK).await;
        let work = at_work.work.clone();
        let (done, _) = at_work.end().await;
        work.check(fleet.direct(), &done).await;
        books_verify(&postgres.url());
        for instance in &mut fleet.instances {
            assert_eq!(instance.terminate().code(), Some(0));
            assert!(!instance.log().contains("panicked"), "{}", instance.log());
        }
    });
}

/// That a request is refused in time, with the time to come back.
async fn unavailable(api: &Api, request: reqwest::RequestBuilder) {
    let started = Instant::now();
    let reply: Reply = api.send(request).await;
    let took = started.elapsed();
    assert_eq!(reply.problem(503), "unavailable");
    assert!(reply.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{:?}", reply.headers);
    assert!(took < REFUSED_MAX, "{took:?}: {}", reply.text());
}

#[test]
fn without_redis_nothing_fails() {
    alone(async |db: TestDb| {
        let mut fleet = Fleet::start(&db.url).await;
        let at_work = AtWork::begin(&fleet).await;
        at_work.more(WORK).await;
        fleet.redis.kill();
        at_work.more(WORK).await;
        let api = fleet.client(100);
        until("the health tells it", async || read(&api, "/health").await.json()["redis"] == "disconnected").await;
        assert_eq!(read(&api, "/health").await.json()["status"], "degraded");
        assert_eq!(read(&api, "/readyz").await.status, 200);
        at_work.more(WORK).await;
        fleet.redis.run().await;
        until("the health tells it", async || read(&api, "/health").await.json()["status"] == "healthy").await;
        at_work.more(WORK).await;
        let work = at_work.work.clone();
        let (done, failed) = at_work.end().await;
        assert!(failed.is_empty() && work.reads_repeated() == 0, "{failed:?}");
        assert!(done.iter().all(|done| done.failures.is_empty()), "{done:?}");
        work.check(fleet.direct(), &done).await;
        books_verify(&db.url);
    });
}

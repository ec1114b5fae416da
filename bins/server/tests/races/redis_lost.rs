//! Redis is killed under work, or was never there: money goes on, the health says so, and it heals by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join3};
use ofektom_testkit::{Api, Engine, RedisServer, TestApp, TestDb, run_on};
use reqwest::Method;
use serde_json::Value;

use crate::crowd::PATIENCE;
use crate::desk::{Desk, books_balance};
use crate::load::Load;

/// Requests that are answered before and after each change of Redis.
const WORK: usize = 60;

#[test]
fn no_money_request_fails_when_redis_is_killed() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let mut redis = RedisServer::start().await;
        let app = spawned(db, &redis).await;
        let (api, load) = (&app.api, Load::prepare(&app.api, 4).await);
        health_becomes(api, "healthy", "connected").await;
        let over = AtomicBool::new(false);
        let breaking = async {
            load.acknowledged_more(WORK).await;
            redis.kill();
            load.acknowledged_more(WORK).await;
            health_becomes(api, "degraded", "disconnected").await;
            load.acknowledged_more(WORK).await;
            redis.run().await;
            health_becomes(api, "healthy", "connected").await;
            load.acknowledged_more(WORK).await;
            over.store(true, Ordering::SeqCst);
            load.stop();
        };
        let reading = reads(api, &load.desk, &over);
        let (sent, (), ()) = join3(load.collect_all(api, "money", 6), breaking, reading).await;
        let failed: Vec<_> = sent.iter().filter(|sent| sent.answer.as_ref().is_none_or(|answer| answer.status != 201));
        let failed = failed.collect::<Vec<_>>();
        assert!(failed.is_empty(), "{failed:?}");
        assert!(sent.len() >= 4 * WORK);
        assert_eq!(load.check(api, &sent).await, 0);
        books_balance(&app).await;
    });
}

#[test]
fn a_server_starts_without_redis_and_takes_it_when_it_comes() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let mut redis = RedisServer::absent();
        let app = spawned(db, &redis).await;
        let (api, desk) = (&app.api, Desk::open(&app.api).await);
        health_becomes(api, "degraded", "disconnected").await;
        assert_eq!(api.send(api.request(Method::GET, "/readyz")).await.status, 200, "it works without");
        let card = desk.card(api).await;
        let metrics = api.send(api.request(Method::GET, "/metrics")).await.expect(200);
        assert_eq!(metrics["redis"]["status"], "disconnected", "{metrics}");
        for paid in 1..4 {
            api.collect(&desk.agent, &card, "500.00").await;
            assert_eq!(api.card(&desk.customer, &card).await["boxes_paid"], paid);
        }
        let coming = async { redis.run().await };
        join(coming, health_becomes(api, "healthy", "connected")).await;
        for paid in 4..7 {
            api.collect(&desk.agent, &card, "500.00").await;
            assert_eq!(api.card(&desk.customer, &card).await["boxes_paid"], paid);
        }
        let metrics = api.send(api.request(Method::GET, "/metrics")).await.expect(200);
        assert!(metrics["redis"]["hit_rate"].as_str().is_some_and(|rate| rate.ends_with('%')), "{metrics}");
    });
}

async fn spawned(db: TestDb, redis: &RedisServer) -> TestApp {
    let settings = redis.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    TestApp::spawn_with(db, &settings).await
}

/// Reads while money is collected; none may fail.
async fn reads(api: &Api, desk: &Desk, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        api.get(&desk.agent, "/api/v1/me").await.expect(200);
        api.get(&desk.customer, "/api/v1/savings").await.expect(200);
    }
}

async fn health_becomes(api: &Api, status: &str, redis: &str) -> Value {
    let started = Instant::now();
    loop {
        let health = api.send(api.request(Method::GET, "/health")).await.expect(200);
        if health["status"] == status && health["redis"] == redis {
            return health;
        }
        assert!(started.elapsed() < PATIENCE, "it stays {health}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

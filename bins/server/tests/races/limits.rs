//! Limits of requests that several servers count together, and what becomes of them without Redis.

use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Engine, Person, RedisServer, Reply, TestDb, TestServer, run_on};
use reqwest::Method;
use serde_json::{Value, json};

use crate::crowd::PATIENCE;

/// In a minute. So many that a part can be used before anything comes back, so few that a test can use all.
const LIMIT: u64 = 240;
/// After so long one comes back.
const UNIT_MS: u64 = 60_000 / LIMIT;
/// What a server may use of it without telling the others.
const QUIET: u64 = LIMIT / 8;

const SETTINGS: [(&str, &str); 4] = [
    ("RATE_LIMITS", "on"),
    ("OFEKTOM_LIMIT_USER_PER_MINUTE", "240"),
    ("OFEKTOM_LIMIT_SIGN_IN_PER_MINUTE", "12"),
    ("TRUSTED_PROXIES", "127.0.0.1"),
];

async fn two_servers(db: &TestDb, redis: &RedisServer) -> [TestServer; 2] {
    let redis = redis.settings();
    let redis = redis.iter().map(|(name, value)| (*name, value.as_str()));
    let settings: Vec<_> = SETTINGS.into_iter().chain(redis).collect();
    let servers = [TestServer::spawn_with(&db.url, &settings).await, TestServer::spawn_with(&db.url, &settings).await];
    for server in &servers {
        connected(&server.api).await;
    }
    servers
}

async fn connected(api: &Api) {
    until("Redis is used", async || {
        api.send(api.request(Method::GET, "/health")).await.expect(200)["redis"] == "connected"
    })
    .await;
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "not so after {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn read(api: &Api, person: &Person, times: u64) {
    for _ in 0..times {
        assert_eq!(api.get(person, "/api/v1/me").await.status, 200);
    }
}

/// Waits until Redis knows of so many requests of a person since `since`. It keeps a key for as long as something is in use.
async fn told(redis: &RedisServer, person: &Person, times: u64, since: Instant) {
    let name = format!("ofektom:quota:v1:user:{}", person.id.replace('-', ""));
    until("it is settled", async || {
        let left: i64 = redis.command(&["PTTL", &name]).await[0].parse().unwrap();
        let spent = u128::try_from(left).unwrap_or(0) + since.elapsed().as_millis();
        spent >= u128::from(times * UNIT_MS)
    })
    .await;
}

async fn read_all(api: &Api, person: &Person) -> u64 {
    let mut given = 0;
    while api.get(person, "/api/v1/me").await.status == 200 {
        given += 1;
        assert!(given < 4 * LIMIT, "nothing is refused");
    }
    given
}

/// What may have come back since.
fn back(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap() / UNIT_MS + 1
}

#[test]
fn two_servers_count_a_person_together() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let redis = RedisServer::start().await;
        let [one, other] = two_servers(&db, &redis).await;
        let agent = one.api.agent().await;
        let started = Instant::now();
        read(&one.api, &agent, LIMIT - 60).await;
        // Whoever uses less than that since he told it keeps it to himself.
        told(&redis, &agent, LIMIT - 60 - QUIET, started).await;
        read(&other.api, &agent, QUIET + 10).await;
        // More than the first server alone can have told.
        told(&redis, &agent, LIMIT - 60 + 1, started).await;
        let given = LIMIT - 60 + QUIET + 10 + read_all(&other.api, &agent).await;
        assert!(
            (LIMIT - 1..=LIMIT + 2 * QUIET + back(started)).contains(&given),
            "{given} after {:?}",
            started.elapsed()
        );
    });
}

async fn activation(api: &Api, address: &str) -> Reply {
    let body = json!({ "token": "nobody has this one", "secret": "274951" });
    api.send(api.request(Method::POST, "/api/v1/auth/activate").header("X-Forwarded-For", address).json(&body)).await
}

#[test]
fn two_servers_count_tries_at_secrets_exactly_and_the_log_has_the_address() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let redis = RedisServer::start().await;
        let servers = two_servers(&db, &redis).await;
        let (started, mut codes) = (Instant::now(), Vec::<Value>::new());
        for turn in 0..40 {
            codes.push(activation(&servers[turn % 2].api, "192.0.2.77").await.json()["code"].clone());
        }
        let given = codes.iter().filter(|code| *code == "not_found").count();
        // One comes back each five seconds.
        let back = usize::try_from(started.elapsed().as_secs() / 5 + 1).unwrap();
        assert!((12..=12 + back).contains(&given), "{given}: {codes:?}");
        assert_eq!(activation(&servers[0].api, "192.0.2.78").await.problem(404), "not_found");
        let log = servers[1].log();
        assert!(log.contains("client.address=192.0.2.77"), "{log}");
    });
}

#[test]
fn without_redis_each_server_counts_for_itself_and_nothing_fails() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let mut redis = RedisServer::start().await;
        let [one, other] = two_servers(&db, &redis).await;
        let agent = one.api.agent().await;
        let started = Instant::now();
        read(&one.api, &agent, LIMIT / 2).await;
        told(&redis, &agent, LIMIT / 2 - QUIET, started).await;
        redis.kill();
        for server in [&one, &other] {
            assert_eq!(activation(&server.api, "192.0.2.79").await.problem(404), "not_found");
        }
        let given = LIMIT / 2 + read_all(&one.api, &agent).await;
        assert!(given >= LIMIT && given < LIMIT + LIMIT / 2 + back(started), "{given}: it goes on counting");
        assert!(read_all(&other.api, &agent).await >= LIMIT, "it knows nothing of the other's");
        let mut codes = Vec::<Value>::new();
        for _ in 0..20 {
            codes.push(activation(&one.api, "192.0.2.79").await.json()["code"].clone());
        }
        assert!(codes.iter().all(|code| ["not_found", "rate_limited"].contains(&code.as_str().unwrap())), "{codes:?}");
        assert_eq!(codes.last().unwrap(), "rate_limited");

        redis.run().await;
        connected(&one.api).await;
        let (fresh, started) = (one.api.agent().await, Instant::now());
        read(&one.api, &fresh, LIMIT / 2).await;
        told(&redis, &fresh, LIMIT / 2 - QUIET, started).await;
    });
}

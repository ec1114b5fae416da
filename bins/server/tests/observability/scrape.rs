//! A server with everything that there is to tell of, and what it tells.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Engine, RedisServer, Reply, TestDb, TestServer, run_on};
use reqwest::Method;

/// How long something may take that takes a second.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub const PROMETHEUS: &str = "text/plain;version=0.0.4";
pub const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0";

/// Runs a test with a server that has PostgreSQL, a replica (the database itself, which is none) and Redis, and does its jobs often.
pub fn on_a_whole_server(test: impl AsyncFnOnce(TestServer)) {
    run_on(Engine::Postgres, async move |db: TestDb| {
        let redis = RedisServer::start().await;
        let settings = redis.settings();
        let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.extend([("CACHE", "tiered"), ("DATABASE_REPLICA_URL", db.url.as_str())]);
        settings.extend([("OFEKTOM_BOOKS_SECONDS", "1"), ("OFEKTOM_AUDIT_SEAL_SECONDS", "1")]);
        test(TestServer::spawn_with(&db.url, &settings).await).await;
    });
}

pub async fn metrics(api: &Api, accept: &str) -> Reply {
    let request = api.request(Method::GET, "/metrics");
    api.send(if accept.is_empty() { request } else { request.header("accept", accept) }).await
}

/// A scrape once the jobs have run, so that it has all that there will be.
pub async fn settled(api: &Api) -> String {
    let started = Instant::now();
    loop {
        let text = metrics(api, PROMETHEUS).await.text();
        let has = |name: &str| samples(&text).contains(name);
        if has("ofektom_ledger_sweep_age_seconds") && has("ofektom_feed_age_seconds") {
            return text;
        }
        assert!(started.elapsed() < PATIENCE, "the jobs do not run:\n{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The families of a scrape in Prometheus's format, with their kinds.
pub fn families(text: &str) -> BTreeSet<(String, String)> {
    let family = |line: &str| {
        let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
        Some((name.to_owned(), kind.to_owned()))
    };
    text.lines().filter_map(family).collect()
}

/// The names under which values are.
pub fn samples(text: &str) -> BTreeSet<&str> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(['{', ' ']).next()).collect()
}

/// The value of a series, which is a name with its labels.
pub fn value<'a>(text: &'a str, series: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))
}

/// A value that is a whole number.
pub fn whole(text: &str, series: &str) -> Option<i64> {
    value(text, series)?.parse().ok()
}

/// The names of our metrics that a text of expressions names.
pub fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("ofektom_") || word.starts_with("process_")).collect()
}

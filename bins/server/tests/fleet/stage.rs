//! The installation of a test.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Engine, Nginx, NginxSite, RedisServer, Reply, TestDb, TestServer, lasting_port, run_on};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Method};

/// More than enough for anything on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";

/// Runs a test on a database of the shared PostgreSQL, while no other of this program runs: five servers are enough for a machine, and
/// some tests are of how fast something is noticed.
pub fn alone<Run: Future<Output = ()>>(body: impl FnOnce(TestDb) -> Run) {
    static RUNNING: Mutex<()> = Mutex::new(());
    let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    run_on(Engine::Postgres, body);
}

/// Three servers behind nginx, and their Redis, which may be several servers.
pub struct Fleet<Redis = RedisServer> {
    pub instances: Vec<TestServer>,
    pub ports: [u16; 3],
    pub nginx: Nginx,
    pub redis: Redis,
}

impl Fleet {
    /// On a database.
    pub async fn start(database_url: &str) -> Self {
        Self::start_with(database_url, |site| site).await
    }

    pub async fn start_with(database_url: &str, change: impl FnOnce(NginxSite) -> NginxSite) -> Self {
        let redis = RedisServer::start().await;
        let settings = redis.settings();
        Self::start_around(database_url, redis, &settings, change).await
    }
}

impl<Redis> Fleet<Redis> {
    /// On a database, with a Redis and what a server needs to know of it and of whatever else there is.
    pub async fn start_around(
        database_url: &str,
        redis: Redis,
        settings: &[(&str, String)],
        change: impl FnOnce(NginxSite) -> NginxSite,
    ) -> Self {
        let ports = [lasting_port(), lasting_port(), lasting_port()];
        let mut instances = Vec::new();
        for port in ports {
            let port = port.to_string();
            let ours = [("SECRET_KEY", SECRET_KEY), ("PORT", &port), ("CACHE", "tiered"), ("LOG_FORMAT", "json")];
            // nginx tells who a client is.
            let proxy = [("TRUSTED_PROXIES", "127.0.0.1"), ("OFEKTOM_ADDRESS_FAILURES_MAX", "1000")];
            let settings: Vec<_> = ours
                .into_iter()
                .chain(proxy)
                .chain(settings.iter().map(|(name, value)| (*name, value.as_str())))
                .collect();
            instances.push(TestServer::spawn_with(database_url, &settings).await);
        }
        let nginx = Nginx::start(change(NginxSite::of(ports))).await;
        Self { instances, ports, nginx, redis }
    }

    /// Requests to the first instance, past nginx.
    pub fn direct(&self) -> &Api {
        &self.instances[0].api
    }

    /// Requests through nginx, as a client with an address of his own.
    pub fn client(&self, number: usize) -> Api {
        let address = address_of(number);
        let headers =
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), HeaderValue::from_str(&address).unwrap())]);
        let mut api = self.direct().clone();
        api.url = self.nginx.url();
        api.client = Client::builder().default_headers(headers).timeout(PATIENCE).build().unwrap();
        api
    }
}

/// The address of a client, of those that nobody has.
pub fn address_of(number: usize) -> String {
    format!("198.18.{}.{}", number / 250, number % 250 + 1)
}

/// Reads something as nobody.
pub async fn read(api: &Api, path: &str) -> Reply {
    api.send(api.request(Method::GET, path)).await
}

/// Waits until something is so.
pub async fn until<Asking: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> Asking) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    started.elapsed()
}

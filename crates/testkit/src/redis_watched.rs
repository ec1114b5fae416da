//! A Redis with a replica, and three Sentinels that watch over them.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::RedisServer;

/// What the Sentinels call them.
const NAME: &str = "ofektom";
const SENTINELS: usize = 3;
/// More than enough for a fail-over on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Two Redis servers of which one is the master, and their Sentinels.
#[derive(Debug)]
pub struct RedisWatched {
    /// The master of the beginning, then its replica.
    pub servers: Vec<RedisServer>,
    /// Two of the three must agree.
    pub sentinels: Vec<RedisServer>,
}

impl RedisWatched {
    /// All of them, when each knows the others.
    ///
    /// # Panics
    /// When they do not start or do not find each other.
    pub async fn start() -> Self {
        let master = RedisServer::start_with(&[]).await;
        let of_master = ["--replicaof", "127.0.0.1", &master.port().to_string()].map(str::to_owned);
        let replica = RedisServer::start_with(&of_master).await;
        until("the replica has what the master has", async || {
            replica.told(&["INFO", "replication"]).await.concat().contains("master_link_status:up")
        })
        .await;
        let settings = format!(
            "sentinel monitor {NAME} 127.0.0.1 {} 2\nsentinel down-after-milliseconds {NAME} 1000\n\
             sentinel failover-timeout {NAME} 5000\n",
            master.port()
        );
        let mut sentinels = Vec::new();
        for _ in 0..SENTINELS {
            sentinels.push(RedisServer::start_sentinel(&settings).await);
        }
        let watched = Self { servers: vec![master, replica], sentinels };
        for sentinel in &watched.sentinels {
            until("the Sentinels know each other and the replica", async || {
                let told = sentinel.told(&["SENTINEL", "MASTER", NAME]).await;
                field(&told, "num-other-sentinels") == Some("2") && field(&told, "num-slaves") == Some("1")
            })
            .await;
        }
        watched
    }

    /// What a server needs to use them, by the names in the environment.
    ///
    /// # Panics
    /// Never: there are Sentinels.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut places = self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port()));
        let first = places.next().expect("there are Sentinels");
        let others: String = places.map(|place| format!("&node={place}")).collect();
        vec![("REDIS_URL", format!("redis-sentinel://{first}/0?sentinelServiceName={NAME}{others}"))]
    }

    /// Waits until all Sentinels say that this server is the master, and it says so too.
    ///
    /// # Panics
    /// When that does not come.
    pub async fn master_becomes(&self, number: usize) {
        let server = self.servers.get(number).expect("one of the two");
        for sentinel in &self.sentinels {
            until("the Sentinels name the new master", async || {
                let told = sentinel.told(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]).await;
                told.last() == Some(&server.port().to_string())
            })
            .await;
        }
        until("it is the master", async || server.told(&["ROLE"]).await.first().is_some_and(|role| role == "master"))
            .await;
    }
}

/// A field of the flat list that Sentinels answer with.
fn field<'a>(told: &'a [String], name: &str) -> Option<&'a str> {
    let place = told.iter().position(|word| word == name)?;
    told.get(place + 1).map(String::as_str)
}

pub(crate) async fn until<Asking: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> Asking) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        sleep(POLL).await;
    }
}

//! Redis is absent, lost, slow or locked, and reads go on.

use std::time::{Duration, Instant};

use ofektom_cache::{CacheSetupError, Caches, CachesSettings, Mode, RedisSettings, RedisState};
use ofektom_testkit::{Network, Proxy, RedisServer};

use crate::instance::{Instance, until};
use crate::keys::{Card, User, card_tag, user_tag};

/// Reads while something is broken, until the breaker opens; each gets what the database says.
async fn degrades(instance: &Instance) {
    let mut id = 1_000;
    until("the breaker opens", async || {
        id += 1;
        assert_eq!(instance.card(id, 7).await, 7);
        instance.redis().state == RedisState::Degraded
    })
    .await;
    assert!(instance.redis().breaker_opened > 0);
}

/// With the breaker open a read sends nothing and waits for nothing.
async fn asks_nobody(instance: &Instance) {
    let before = instance.redis();
    for id in 2_000..2_100 {
        assert_eq!(instance.card(id, 8).await, 8);
    }
    let after = instance.redis();
    assert_eq!((after.commands, after.state), (before.commands, RedisState::Degraded));
    assert!(after.skipped >= before.skipped + 100);
}

async fn heals(instance: &Instance) {
    instance.ready().await;
    instance.card_kept(3_000, 9).await;
}

/// A copy of money from before an outage does not survive it.
async fn ends_copies(mode: Mode, instance: &Instance) {
    if mode == Mode::Tiered {
        until("the channel is known to be lost", async || instance.cards.peek(&Card(1)).is_none()).await;
    }
}

async fn killed(mode: Mode) {
    let mut redis = RedisServer::start().await;
    let instance = Instance::start(mode, &redis.url()).await;
    instance.card_kept(1, 1).await;
    instance.caches.feed_heard(Instant::now());
    instance.user(1, 1).await;
    assert_eq!(instance.users.peek(&User(1)).is_some(), mode == Mode::Tiered);
    redis.kill();
    degrades(&instance).await;
    asks_nobody(&instance).await;
    ends_copies(mode, &instance).await;
    redis.run().await;
    heals(&instance).await;
    assert!(instance.cards.peek(&Card(1)).is_none());
    assert!(instance.users.peek(&User(1)).is_none(), "a new channel ends all copies");
    assert!(instance.redis().push_reconnects > 0);
    instance.caches.close().await;
}

#[tokio::test]
async fn killed_and_started_again() {
    killed(Mode::Redis).await;
}

#[tokio::test]
async fn killed_and_started_again_with_a_process_level() {
    killed(Mode::Tiered).await;
}

#[tokio::test]
async fn stopped_without_a_word() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Tiered, &redis.url()).await;
    instance.card_kept(1, 1).await;
    redis.pause();
    degrades(&instance).await;
    asks_nobody(&instance).await;
    ends_copies(Mode::Tiered, &instance).await;
    redis.resume();
    heals(&instance).await;
}

/// With nobody reading: heartbeats find out.
#[tokio::test]
async fn an_idle_program_finds_out_too() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    redis.pause();
    until("the breaker opens", async || instance.redis().state == RedisState::Degraded).await;
    redis.resume();
    heals(&instance).await;
}

async fn through_a_network(network: Network) {
    let redis = RedisServer::start().await;
    let proxy = Proxy::start(&redis.url()).await;
    let instance = Instance::start(Mode::Redis, &proxy.url_of(&redis.url())).await;
    instance.card_kept(1, 1).await;
    proxy.set(network);
    degrades(&instance).await;
    asks_nobody(&instance).await;
    proxy.set(Network::Up);
    heals(&instance).await;
}

#[tokio::test]
async fn a_slow_network() {
    through_a_network(Network::Slow(Duration::from_millis(60))).await;
}

#[tokio::test]
async fn a_frozen_network() {
    through_a_network(Network::Frozen).await;
}

#[tokio::test]
async fn a_cut_network() {
    through_a_network(Network::Cut).await;
}

/// A Redis that is full and evicts nothing takes no invalidation, so it serves no reads either.
#[tokio::test]
async fn a_full_redis() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    degrades(&instance).await;
    asks_nobody(&instance).await;
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]).await;
    heals(&instance).await;
}

/// Nobody says that the connections are dead, and new ones work.
#[tokio::test]
async fn connections_that_died_without_a_word() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::start(&redis.url()).await;
    let instance = Instance::start(Mode::Tiered, &proxy.url_of(&redis.url())).await;
    proxy.abandon();
    degrades(&instance).await;
    heals(&instance).await;
    assert!(instance.redis().push_reconnects > 0);
}

/// A slow Redis serves no reads, yet carries invalidations.
#[tokio::test]
async fn invalidations_pass_a_slow_network() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::start(&redis.url()).await;
    let slow = Instance::start(Mode::Tiered, &proxy.url_of(&redis.url())).await;
    let other = Instance::start(Mode::Tiered, &redis.url()).await;
    proxy.set(Network::Slow(Duration::from_millis(60)));
    degrades(&slow).await;
    other.card_kept(1, 1).await;
    slow.caches.invalidate(&[card_tag(1)]);
    until("the other lost it", async || other.card_known(1).await.is_none()).await;
    assert_eq!(slow.redis().state, RedisState::Degraded);
}

/// An invalidation made while Redis is lost is not lost.
#[tokio::test]
async fn invalidations_wait_for_redis() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::start(&redis.url()).await;
    let cut_off = Instance::start(Mode::Redis, &proxy.url_of(&redis.url())).await;
    let other = Instance::start(Mode::Redis, &redis.url()).await;
    other.card_kept(1, 1).await;
    proxy.set(Network::Cut);
    degrades(&cut_off).await;
    cut_off.caches.invalidate(&[card_tag(1)]);
    assert_eq!(cut_off.card(1, 2).await, 2, "it sees its own change at once");
    assert!(!cut_off.caches.invalidations_arrive(Duration::from_millis(20)).await);
    proxy.set(Network::Up);
    assert!(cut_off.caches.invalidations_arrive(Duration::from_secs(60)).await);
    assert_eq!(other.card_known(1).await, None);
}

/// Identity is served from the process while the feed is heard, whatever Redis does.
#[tokio::test]
async fn identity_outlives_redis_under_the_feed() {
    let mut redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Tiered, &redis.url()).await;
    redis.kill();
    degrades(&instance).await;
    until("it is kept", async || {
        instance.caches.feed_heard(Instant::now());
        instance.user(1, 1).await;
        instance.users.peek(&User(1)).is_some()
    })
    .await;
    instance.caches.invalidate_local(&[user_tag(1)]);
    assert!(instance.users.peek(&User(1)).is_none());
    assert!(instance.cards.peek(&Card(1_001)).is_none(), "money is not");
}

#[tokio::test]
async fn absent_at_start() {
    let mut redis = RedisServer::absent();
    let instance = Instance::begin(Mode::Tiered, &redis.url());
    assert_eq!(instance.card(1, 1).await, 1);
    assert_eq!(instance.redis().state, RedisState::Degraded);
    assert_eq!(instance.redis().commands, 0);
    redis.run().await;
    heals(&instance).await;
}

#[tokio::test]
async fn a_password_is_given_and_a_wrong_one_is_like_no_redis() {
    let redis = RedisServer::start_with_password("open-sesame").await;
    let right = Instance::start(Mode::Redis, &redis.url()).await;
    right.card_kept(1, 1).await;
    let wrong = Instance::begin(Mode::Redis, &redis.url().replace("open-sesame", "open-barley"));
    assert_eq!(wrong.card(1, 2).await, 2);
    assert_eq!(wrong.redis().state, RedisState::Degraded);
    // It is set right in Redis, and found without a restart.
    redis.command(&["CONFIG", "SET", "requirepass", "open-barley"]).await;
    wrong.ready().await;
    assert!(!format!("{:?} {:?}", wrong.caches, wrong.cards).contains("open"));
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let refused = |mode, redis| Caches::new(CachesSettings { mode, redis, alone: false }).unwrap_err();
    let at = |url: &str, connections| Some(RedisSettings { url: url.into(), connections });
    assert!(matches!(refused(Mode::Tiered, None), CacheSetupError::RedisMissing(Mode::Tiered)));
    for url in
        ["", "localhost", "http://localhost", "rediss://localhost", "redis://localhost:port", "redis://localhost/x"]
    {
        let error = refused(Mode::Redis, at(url, 4));
        assert!(matches!(error, CacheSetupError::RedisUrl), "{url}: {error}");
    }
    for connections in [0, 51] {
        let error = refused(Mode::Redis, at("redis://localhost", connections));
        assert!(matches!(error, CacheSetupError::RedisConnections(_)), "{error}");
    }
}

/// Values and tokens of the past come back together, as if nothing had been invalidated since.
#[tokio::test]
async fn a_redis_that_comes_back_from_an_old_snapshot() {
    let mut redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    instance.card_kept(1, 1).await;
    redis.command(&["SAVE"]).await;
    instance.caches.invalidate(&[card_tag(1)]);
    until("it has arrived", async || !instance.redis().invalidations_waiting).await;
    redis.restart().await;
    assert_eq!(redis.command(&["EXISTS", "ofektom:card:v3:1"]).await, ["1"], "the snapshot was loaded");
    until("reads go to Redis again", async || {
        assert_eq!(instance.card(1, 2).await, 2);
        instance.card_known(1).await == Some(2)
    })
    .await;
}

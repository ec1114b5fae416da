//! A quota that several instances count together, with Redis and without.

use std::time::{Duration, Instant};

use ofektom_cache::{Meter, Mode, Quota, RedisState, Taken};
use ofektom_testkit::RedisServer;

use crate::instance::{Instance, until};

/// In a day, so that nothing comes back while a test runs.
const QUOTA: Quota = Quota { name: "test", units: 80, window: Duration::from_secs(24 * 60 * 60) };
const KEY: u128 = 7;
const NAME: &str = "ofektom:quota:v1:test:00000000000000000000000000000007";
/// What an instance may use of it without telling.
const QUIET: u32 = 10;

fn meter(instance: &Instance) -> Meter {
    instance.caches.meter(QUOTA, 1_000)
}

fn take(meter: &Meter) -> Taken {
    meter.take(KEY, 1, Instant::now())
}

fn take_all(meter: &Meter, units: u32) {
    assert!((0..units).all(|_| take(meter).given));
}

/// Takes until the others are told once more, which also tells this one of them.
async fn settled(meter: &Meter) {
    let before = meter.stats().settled;
    until("it is settled", async || meter.stats().settled > before).await;
}

fn rest(meter: &Meter) -> usize {
    (0..200).filter(|_| take(meter).given).count()
}

#[tokio::test]
async fn two_instances_share_what_is_used() {
    let redis = RedisServer::start().await;
    let (one, other) =
        (Instance::start(Mode::Redis, &redis.url()).await, Instance::start(Mode::Tiered, &redis.url()).await);
    let (here, there) = (meter(&one), meter(&other));
    take_all(&here, 50);
    settled(&here).await;
    assert_eq!(take(&there).left, 79, "nobody asks for a key that is hardly used");
    take_all(&there, QUIET);
    settled(&there).await;
    assert_eq!(rest(&there), 80 - 50 - 11);
    settled(&there).await;
    assert!(take(&here).given, "what it does not know yet");
    settled(&here).await;
    assert_eq!((take(&here).given, here.stats().refused), (false, 1));
    assert_eq!(redis.command(&["EXISTS", NAME]).await, ["1"]);
    one.caches.close().await;
    other.caches.close().await;
}

#[tokio::test]
async fn ordinary_use_sends_nothing() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Tiered, &redis.url()).await;
    let meter = meter(&instance);
    let before = instance.redis().commands;
    for key in 0..100 {
        assert!((0..QUIET).all(|_| meter.take(key, 1, Instant::now()).given));
    }
    // The settling would have come by then: this key's does.
    take_all(&meter, QUIET + 1);
    settled(&meter).await;
    assert_eq!((meter.stats().settled, instance.redis().commands), (1, before));
    assert_eq!(redis.command(&["KEYS", "ofektom:quota:*"]).await, [NAME]);
    instance.caches.close().await;
}

#[tokio::test]
async fn an_exact_quota_is_never_exceeded() {
    let redis = RedisServer::start().await;
    let (one, other) =
        (Instance::start(Mode::Redis, &redis.url()).await, Instance::start(Mode::Redis, &redis.url()).await);
    let meters = [meter(&one), meter(&other)];
    let mut given = 0;
    for turn in 0..200 {
        let taken = meters[turn % 2].take_exact(KEY, 1).await;
        given += u32::from(taken.given);
        assert_eq!(taken.left, 80 - given.min(80), "turn {turn}");
        assert_eq!(taken.given, taken.wait.is_zero());
    }
    assert_eq!(given, 80);
    one.caches.close().await;
    other.caches.close().await;
}

/// The process counts while Redis is away, and what it has refused stays refused.
#[tokio::test]
async fn a_lost_redis_is_no_error_and_gives_nothing_back() {
    let mut redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Tiered, &redis.url()).await;
    let meter = meter(&instance);
    for _ in 0..30 {
        assert!(meter.take_exact(KEY, 1).await.given);
    }
    redis.kill();
    until("the breaker opens", async || {
        let _ = meter.take_exact(1, 1).await;
        instance.redis().state == RedisState::Degraded
    })
    .await;
    let commands = instance.redis().commands;
    for _ in 0..30 {
        assert!(meter.take_exact(KEY, 1).await.given);
    }
    assert_eq!(rest(&meter), 20);
    assert!(!meter.take_exact(KEY, 1).await.given);
    assert_eq!(instance.redis().commands, commands, "with the breaker open nothing is sent");

    redis.run().await;
    instance.ready().await;
    assert!(!take(&meter).given, "an empty Redis gives nothing back");
    settles_again(&meter).await;
    instance.caches.close().await;
}

/// A key that is used much once Redis is back is settled again.
async fn settles_again(meter: &Meter) {
    let (before, mut key) = (meter.stats().settled, 1_000);
    until("another key is settled", async || {
        key += 1;
        let _ = meter.take(key, QUIET + 1, Instant::now());
        meter.stats().settled > before
    })
    .await;
}

#[tokio::test]
async fn garbage_in_redis_keeps_nobody_out_for_long() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    let meter = meter(&instance);
    for garbage in [&["SET", NAME, "nonsense"][..], &["RPUSH", NAME, "a list"], &["SET", NAME, "99999999999999999999"]]
    {
        let _ = redis.command(&["DEL", NAME]).await;
        let _ = redis.command(garbage).await;
        assert!(meter.take_exact(KEY, 1).await.given, "{garbage:?}");
        assert_eq!(instance.redis().state, RedisState::Healthy);
        assert_ne!(redis.command(&["PTTL", NAME]).await, ["-1"], "{garbage:?} has gone");
    }
    instance.caches.close().await;
}

//! Anything may lie under our keys in Redis.

use ofektom_cache::Mode;
use ofektom_testkit::RedisServer;

use crate::instance::{Instance, until};

const VALUE: &str = "ofektom:card:v3:1";
const CARD_TAG: &str = "ofektom:tag:card:00000000000000000000000000000001";
const ALL_TAG: &str = "ofektom:tag:all";

async fn with_a_kept_card() -> (RedisServer, Instance) {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    instance.card_kept(1, 10).await;
    (redis, instance)
}

/// Reads on are right at once, and kept again soon.
async fn heals(instance: &Instance, written: u64) {
    assert_eq!(instance.card(1, written).await, written);
    instance.card_kept(1, written).await;
    assert_eq!(instance.redis().errors, 0, "garbage is no error");
}

#[tokio::test]
async fn garbage_for_a_value_is_a_miss() {
    let (redis, instance) = with_a_kept_card().await;
    let long = "x".repeat(5_000);
    let texts: [&[u8]; 6] = [b"", b"\x03", b"\x03\x03", b"nonsense", b"\x04\x03123456789012345678", long.as_bytes()];
    for (text, written) in texts.into_iter().zip(11..) {
        let garbage = instance.card_stats().garbage;
        redis.command(&[b"SET", VALUE.as_bytes(), text, b"PX", b"60000"]).await;
        assert_eq!(instance.card_known(1).await, None);
        assert!(instance.card_stats().garbage > garbage, "{text:?}");
        heals(&instance, written).await;
    }
}

#[tokio::test]
async fn a_value_of_a_wrong_type_or_without_an_end_is_a_miss() {
    let (redis, instance) = with_a_kept_card().await;
    redis.command(&["PERSIST", VALUE]).await;
    assert_eq!(instance.card_known(1).await, None, "we would not have stored it so");
    heals(&instance, 11).await;
    redis.command(&["DEL", VALUE]).await;
    redis.command(&["LPUSH", VALUE, "a", "b"]).await;
    let garbage = instance.card_stats().garbage;
    assert_eq!(instance.card_known(1).await, None);
    assert!(instance.card_stats().garbage > garbage);
    heals(&instance, 12).await;
}

#[tokio::test]
async fn garbage_for_a_tag_is_a_miss_and_is_replaced() {
    let (redis, instance) = with_a_kept_card().await;
    for (tag, written) in [(CARD_TAG, 11), (ALL_TAG, 13)] {
        redis.command(&["SET", tag, "nonsense"]).await;
        assert_eq!(instance.card_known(1).await, None);
        heals(&instance, written).await;
        redis.command(&["DEL", tag]).await;
        redis.command(&["LPUSH", tag, "a"]).await;
        assert_eq!(instance.card_known(1).await, None);
        heals(&instance, written + 1).await;
        redis.command(&["DEL", tag]).await;
        assert_eq!(instance.card_known(1).await, None, "an evicted tag is a miss");
        heals(&instance, written + 2).await;
    }
}

#[tokio::test]
async fn garbage_on_the_channel_is_ignored_and_unknown_tags_mean_everything() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Tiered, &redis.url()).await;
    instance.card_kept(1, 10).await;
    for text in ["", "h", "nonsense", "i"] {
        redis.command(&["PUBLISH", "ofektom:invalidate", text]).await;
    }
    assert_eq!(instance.redis().pushes_heard, 0);
    redis.command(&["PUBLISH", "ofektom:invalidate", "i someone card#1"]).await;
    until("it was heard", async || instance.redis().pushes_heard == 1).await;
    assert!(instance.cards.peek(&crate::keys::Card(1)).is_none());
}

#[tokio::test]
async fn a_flushed_redis_is_empty_and_no_more() {
    let (redis, instance) = with_a_kept_card().await;
    redis.command(&["FLUSHALL"]).await;
    assert_eq!(instance.card_known(1).await, None);
    heals(&instance, 11).await;
}

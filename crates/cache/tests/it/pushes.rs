//! Several instances on one Redis.

use ofektom_cache::Mode;
use ofektom_testkit::RedisServer;

use crate::instance::{Instance, card_handed_over, until};
use crate::keys::{Card, business_tag, card_tag};

async fn two(mode: Mode) -> (RedisServer, Instance, Instance) {
    let redis = RedisServer::start().await;
    let url = redis.url();
    let (one, other) = tokio::join!(Instance::start(mode, &url), Instance::start(mode, &url));
    (redis, one, other)
}

#[tokio::test]
async fn what_one_loads_the_other_finds() {
    let (_redis, one, other) = two(Mode::Tiered).await;
    card_handed_over(&one, &other, 1, 10).await;
    assert!(other.card_stats().redis_hits > 0);
    assert_eq!(other.card_stats().loads, 0);
    assert!(other.cards.peek(&Card(1)).is_some(), "it is in its process now");
    let commands = other.redis().commands;
    assert_eq!(other.card(1, 99).await, 10);
    assert_eq!(other.redis().commands, commands, "a warm read asks nobody");
}

#[tokio::test]
async fn an_invalidation_reaches_the_other_process() {
    let (_redis, one, other) = two(Mode::Tiered).await;
    for (written, tag) in [(10, card_tag(1)), (11, business_tag()), (12, card_tag(1))] {
        card_handed_over(&one, &other, 1, written).await;
        let heard = other.redis().pushes_heard;
        one.caches.invalidate(&[tag]);
        until("the other lost it", async || other.card_known(1).await.is_none()).await;
        until("the other was told", async || other.redis().pushes_heard > heard).await;
    }
    card_handed_over(&one, &other, 1, 13).await;
    one.caches.invalidate_all();
    until("the other lost it", async || other.card_known(1).await.is_none()).await;
}

#[tokio::test]
async fn what_the_feed_reported_ends_copies_in_redis_and_tells_nobody() {
    let (_redis, one, other) = two(Mode::Redis).await;
    card_handed_over(&one, &other, 1, 10).await;
    let heard = other.redis().pushes_heard;
    one.caches.invalidate_local(&[card_tag(1)]);
    until("it has arrived", async || !one.redis().invalidations_waiting).await;
    assert_eq!(other.card_known(1).await, None);
    // Pushes come in order, so a later one shows that none came before.
    one.caches.invalidate(&[card_tag(2)]);
    until("the later one came", async || other.redis().pushes_heard > heard).await;
    assert_eq!(other.redis().pushes_heard, heard + 1);
}

#[tokio::test]
async fn more_invalidations_than_can_wait_become_one_of_everything() {
    let (_redis, one, other) = two(Mode::Tiered).await;
    other.card_kept(77_777, 10).await;
    let tags: Vec<_> = (0..10_000).map(card_tag).collect();
    one.caches.invalidate(&tags);
    until("the other lost it", async || other.cards.peek(&Card(77_777)).is_none()).await;
    until("it has arrived", async || !one.redis().invalidations_waiting).await;
}

#[tokio::test]
async fn a_new_program_trusts_nothing_from_before_it() {
    let redis = RedisServer::start().await;
    let before = Instance::start(Mode::Redis, &redis.url()).await;
    before.card_kept(1, 10).await;
    // As if it had been killed between a commit and its push.
    let after = Instance::start(Mode::Redis, &redis.url()).await;
    assert_eq!(after.card_known(1).await, None);
    assert_eq!(after.card(1, 11).await, 11);
}

#[tokio::test]
async fn what_is_closed_has_sent_its_last_invalidation() {
    let (_redis, one, other) = two(Mode::Redis).await;
    one.card_kept(1, 10).await;
    one.caches.invalidate(&[card_tag(1)]);
    one.caches.close().await;
    assert_eq!(other.card_known(1).await, None);
}

/// Redis cannot know of the change yet when the next read comes.
#[tokio::test]
async fn who_invalidates_sees_it_at_once() {
    let redis = RedisServer::start().await;
    let instance = Instance::start(Mode::Redis, &redis.url()).await;
    for written in 1..20 {
        instance.card_kept(1, written).await;
        instance.caches.invalidate(&[card_tag(1)]);
        assert_eq!(instance.card_known(1).await, None);
    }
}

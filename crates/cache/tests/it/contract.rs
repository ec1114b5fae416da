//! What holds in every mode.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ofektom_cache::{Cache, Mode};
use ofektom_testkit::RedisServer;

use crate::instance::{Instance, until};
use crate::keys::{Card, Row, User, card_tag, user_tag};

/// A database of one card, which counts how often it is read.
#[derive(Clone, Default)]
struct Database {
    written: Arc<AtomicU64>,
    reads: Arc<AtomicU64>,
}

impl Database {
    async fn read_through(&self, cards: &Cache<Card>, id: u128) -> u64 {
        let database = self.clone();
        let load = || async move {
            database.reads.fetch_add(1, Ordering::SeqCst);
            Ok::<_, String>(Some(Row::new(database.written.load(Ordering::SeqCst))))
        };
        cards.get_or_load(&Card(id), load).await.unwrap().unwrap().written
    }
}

async fn contract(mode: Mode) {
    let redis = if mode.has_redis() { Some(RedisServer::start().await) } else { None };
    let instance = Instance::start(mode, &redis.as_ref().map(RedisServer::url).unwrap_or_default()).await;
    changes_are_seen_at_once(&instance).await;
    absence_and_failure(&instance).await;
    identity_needs_the_feed(mode, &instance).await;
    kept_or_not(mode, &instance).await;
    instance.caches.close().await;
}

async fn changes_are_seen_at_once(instance: &Instance) {
    let database = Database::default();
    for written in 1..=50 {
        database.written.store(written, Ordering::SeqCst);
        instance.caches.invalidate(&[card_tag(1)]);
        for _ in 0..3 {
            assert_eq!(database.read_through(&instance.cards, 1).await, written);
        }
    }
    database.written.store(51, Ordering::SeqCst);
    instance.caches.invalidate_all();
    assert_eq!(database.read_through(&instance.cards, 1).await, 51);
}

async fn absence_and_failure(instance: &Instance) {
    let failed = instance.cards.get_or_load(&Card(2), || async { Err::<Option<Row>, _>("gone") }).await;
    assert_eq!(failed.unwrap_err(), "gone");
    let none = instance.cards.get_or_load(&Card(2), || async { Ok::<_, String>(None) }).await;
    assert_eq!(none.unwrap(), None);
    instance.caches.invalidate(&[card_tag(2)]);
    assert_eq!(instance.card(2, 5).await, 5, "there is one now");
}

async fn identity_needs_the_feed(mode: Mode, instance: &Instance) {
    instance.caches.feed_heard(Instant::now());
    assert_eq!(instance.user(1, 1).await, 1);
    instance.caches.invalidate_local(&[user_tag(1)]);
    assert_eq!(instance.user(1, 2).await, 2);
    until("it is kept", async || {
        instance.caches.feed_heard(Instant::now());
        assert_eq!(instance.user(1, 2).await, 2);
        mode == Mode::Off || instance.users.get(&User(1)).await.is_some()
    })
    .await;
    instance.caches.feed_lost();
    assert_eq!(instance.user(1, 3).await, 3, "without the feed nothing is served from a copy");
    instance.caches.feed_heard(Instant::now());
    assert_eq!(instance.user(1, 4).await, 4, "what the feed missed meanwhile is not known");
}

async fn kept_or_not(mode: Mode, instance: &Instance) {
    let database = Database::default();
    if mode == Mode::Off {
        for _ in 0..3 {
            database.read_through(&instance.cards, 3).await;
        }
        assert_eq!(database.reads.load(Ordering::SeqCst), 3);
        return;
    }
    until("it is kept", async || {
        database.read_through(&instance.cards, 3).await;
        instance.cards.get(&Card(3)).await.is_some()
    })
    .await;
    until("it is forgotten", async || {
        instance.cards.remove(&Card(3));
        instance.cards.get(&Card(3)).await.is_none()
    })
    .await;
    assert!(instance.cards.peek(&Card(3)).is_none());
}

#[tokio::test]
async fn off() {
    contract(Mode::Off).await;
}

#[tokio::test]
async fn memory() {
    contract(Mode::Memory).await;
}

#[tokio::test]
async fn redis() {
    contract(Mode::Redis).await;
}

#[tokio::test]
async fn tiered() {
    contract(Mode::Tiered).await;
}

//! One program with caches, of which a test may have several.

use std::time::{Duration, Instant};

use ofektom_cache::{Cache, Caches, CachesSettings, KindStats, Mode, RedisSettings, RedisState, RedisStats};
use tokio::time::sleep;

use crate::keys::{Card, Row, User};

/// More than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Instance {
    pub caches: Caches,
    pub cards: Cache<Card>,
    pub users: Cache<User>,
}

impl Instance {
    /// Ready, with everything healthy.
    pub async fn start(mode: Mode, redis_url: &str) -> Self {
        let instance = Self::begin(mode, redis_url);
        instance.ready().await;
        instance
    }

    /// Started, whatever there is.
    pub fn begin(mode: Mode, redis_url: &str) -> Self {
        let redis = Some(RedisSettings { url: redis_url.into(), connections: 2 });
        let caches = Caches::new(CachesSettings { mode, redis, alone: !mode.has_redis() }).unwrap();
        caches.start();
        caches.feed_heard(Instant::now());
        Self { cards: caches.cache(1_000), users: caches.cache(1_000), caches }
    }

    /// Waits until Redis is used and the channel works, where the mode has them.
    pub async fn ready(&self) {
        if !self.caches.mode().has_redis() {
            return;
        }
        until("Redis is used", async || {
            let redis = self.redis();
            redis.state == RedisState::Healthy && redis.push_healthy && !redis.invalidations_waiting
        })
        .await;
        // What the first subscription ended is not to surprise a test.
        self.caches.feed_heard(Instant::now());
    }

    pub fn redis(&self) -> RedisStats {
        self.caches.stats().redis
    }

    pub fn card_stats(&self) -> KindStats {
        self.caches.stats().kinds.into_iter().find(|kind| kind.kind == "card").unwrap()
    }

    /// Reads a card; the database says `written`.
    pub async fn card(&self, id: u128, written: u64) -> u64 {
        let load = move || async move { Ok::<_, String>(Some(Row::new(written))) };
        self.cards.get_or_load(&Card(id), load).await.unwrap().unwrap().written
    }

    /// Reads a user; the database says `written`.
    pub async fn user(&self, id: u128, written: u64) -> u64 {
        let load = move || async move { Ok::<_, String>(Some(Row::new(written))) };
        self.users.get_or_load(&User(id), load).await.unwrap().unwrap().written
    }

    /// What is known of a card, without a load.
    pub async fn card_known(&self, id: u128) -> Option<u64> {
        self.cards.get(&Card(id)).await.map(|known| known.unwrap().written)
    }

    /// Has `written` of a card kept, and waits until it is.
    pub async fn card_kept(&self, id: u128, written: u64) {
        until("the card is kept", async || {
            self.card(id, written).await;
            self.card_known(id).await == Some(written)
        })
        .await;
    }
}

/// Has one instance load what the database says, until the other finds it in Redis. Again and again, for a store may be
/// dropped on a busy machine, and what is kept in the process is not stored again.
pub async fn card_handed_over(one: &Instance, other: &Instance, id: u128, written: u64) {
    until("the other finds it", async || {
        one.cards.remove(&Card(id));
        one.card(id, written).await;
        other.card_known(id).await == Some(written)
    })
    .await;
}

/// Asks until it is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "not so after {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

//! The level in this process, alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ofektom_cache::{Cache, Caches, CachesSettings, KindStats, Lookup, Mode};
use tokio::sync::{Notify, Semaphore};

use crate::keys::{Brief, Card, Row, User, business_tag, card_tag, user_tag};

fn alone() -> Caches {
    Caches::new(CachesSettings { alone: true, ..CachesSettings::default() }).unwrap()
}

fn stats(caches: &Caches) -> KindStats {
    caches.stats().kinds.remove(0)
}

async fn kept(cache: &Cache<Card>, id: u128, written: u64) {
    let ticket = cache.load_begin(&Card(id)).await;
    cache.put(ticket, Some(Row::new(written)));
}

fn written(cache: &Cache<Card>, id: u128) -> Option<Option<u64>> {
    cache.peek(&Card(id)).map(|known| known.map(|row| row.written))
}

#[tokio::test]
async fn a_value_is_found_until_one_of_its_tags_is_invalidated() {
    let caches = alone();
    let cards = caches.cache::<Card>(100);
    assert_eq!(written(&cards, 1), None);
    kept(&cards, 1, 10).await;
    kept(&cards, 2, 20).await;
    assert_eq!((written(&cards, 1), written(&cards, 2)), (Some(Some(10)), Some(Some(20))));
    caches.invalidate(&[card_tag(1)]);
    assert_eq!((written(&cards, 1), written(&cards, 2)), (None, Some(Some(20))));
    caches.invalidate(&[business_tag()]);
    assert_eq!(written(&cards, 2), None);
    kept(&cards, 1, 11).await;
    caches.invalidate_all();
    assert_eq!(written(&cards, 1), None);
    kept(&cards, 1, 12).await;
    caches.invalidate_local(&[card_tag(1)]);
    assert_eq!(written(&cards, 1), None);
    kept(&cards, 1, 13).await;
    cards.remove(&Card(1));
    assert_eq!(written(&cards, 1), None);
}

#[tokio::test]
async fn a_load_that_began_before_an_invalidation_is_not_kept() {
    let caches = alone();
    let cards = caches.cache::<Card>(100);
    let Lookup::Unknown(ticket) = cards.lookup(&Card(1)).await else { panic!("nothing was kept") };
    caches.invalidate(&[card_tag(1)]);
    assert_eq!(cards.put(ticket, Some(Row::new(1))).map(|row| row.written), Some(1), "the loader gets it");
    assert_eq!(written(&cards, 1), None);
    assert_eq!(stats(&caches).discarded, 1);
}

#[tokio::test]
async fn that_there_is_none_is_remembered_where_the_kind_wants_it() {
    let caches = alone();
    let (cards, briefs) = (caches.cache::<Card>(100), caches.cache::<Brief>(100));
    cards.put(cards.load_begin(&Card(1)).await, None);
    assert_eq!(written(&cards, 1), Some(None));
    assert_eq!(stats(&caches).negative_hits, 1);
    let brief = Brief { id: 1, ttl_ms: 60_000 };
    briefs.put(briefs.load_begin(&brief).await, None);
    assert_eq!(briefs.peek(&brief), None);
}

#[tokio::test]
async fn a_value_lives_as_long_as_its_key_says() {
    let caches = alone();
    let briefs = caches.cache::<Brief>(100);
    let (none, short, long) =
        (Brief { id: 1, ttl_ms: 0 }, Brief { id: 2, ttl_ms: 40 }, Brief { id: 3, ttl_ms: 60_000 });
    for brief in [&none, &short, &long] {
        briefs.put(briefs.load_begin(brief).await, Some(Row::new(1)));
    }
    assert_eq!(briefs.peek(&none), None);
    let deadline = Instant::now() + Duration::from_secs(10);
    while briefs.peek(&short).is_some() {
        assert!(Instant::now() < deadline, "40 ms have passed");
        tokio::task::yield_now().await;
    }
    assert!(briefs.peek(&long).is_some());
}

#[tokio::test]
async fn without_its_source_of_invalidations_a_kind_is_not_kept() {
    let caches = Caches::new(CachesSettings::default()).unwrap();
    let (cards, users) = (caches.cache::<Card>(100), caches.cache::<User>(100));
    kept(&cards, 1, 10).await;
    assert_eq!(written(&cards, 1), None, "there is no push channel, and others may write");
    users.put(users.load_begin(&User(1)).await, Some(Row::new(1)));
    caches.feed_heard(Instant::now());
    assert_eq!(users.peek(&User(1)), None, "read before the feed was heard");
    users.put(users.load_begin(&User(1)).await, Some(Row::new(2)));
    assert!(users.peek(&User(1)).is_some());
    caches.invalidate_local(&[user_tag(1)]);
    assert_eq!(users.peek(&User(1)), None);
    users.put(users.load_begin(&User(1)).await, Some(Row::new(3)));
    caches.feed_lost();
    assert_eq!(users.peek(&User(1)), None);
    caches.feed_heard(Instant::now());
    assert_eq!(users.peek(&User(1)), None, "what was missed meanwhile is not known");
}

#[tokio::test]
async fn off_keeps_nothing_and_loads_each_time() {
    let caches = Caches::off();
    let cards = caches.cache::<Card>(100);
    caches.feed_heard(Instant::now());
    for n in 0..3 {
        let loaded = cards.get_or_load(&Card(1), move || async move { Ok::<_, ()>(Some(Row::new(n))) }).await;
        assert_eq!(loaded.unwrap().unwrap().written, n);
    }
    assert_eq!(stats(&caches).loads, 3);
    assert_eq!(caches.mode(), Mode::Off);
}

/// A load that waits to be let go, and tells that it has begun.
struct Gate {
    begun: Notify,
    go: Semaphore,
    loads: AtomicU64,
}

impl Gate {
    fn new() -> Arc<Self> {
        Arc::new(Self { begun: Notify::new(), go: Semaphore::new(0), loads: AtomicU64::new(0) })
    }

    async fn pass<E>(self: Arc<Self>, result: Result<Option<Row>, E>) -> Result<Option<Row>, E> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.begun.notify_one();
        self.go.acquire().await.unwrap().forget();
        result
    }
}

async fn until_waiting(caches: &Caches, count: u64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while stats(caches).load_waits < count {
        assert!(Instant::now() < deadline, "{count} readers should be waiting");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_hundred_readers_cause_one_load() {
    let (caches, gate) = (alone(), Gate::new());
    let cards = caches.cache::<Card>(100);
    let readers: Vec<_> = (0..100)
        .map(|_| {
            let (cards, gate) = (cards.clone(), Arc::clone(&gate));
            tokio::spawn(
                async move { cards.get_or_load(&Card(1), || gate.pass::<String>(Ok(Some(Row::new(7))))).await },
            )
        })
        .collect();
    until_waiting(&caches, 99).await;
    gate.go.add_permits(100);
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap().unwrap().written, 7);
    }
    assert_eq!(gate.loads.load(Ordering::SeqCst), 1);
    assert_eq!(stats(&caches).loads, 1);
}

#[tokio::test]
async fn a_failed_load_fails_for_all_who_waited_and_is_not_kept() {
    let (caches, gate) = (alone(), Gate::new());
    let cards = caches.cache::<Card>(100);
    let readers: Vec<_> = (0..5)
        .map(|_| {
            let (cards, gate) = (cards.clone(), Arc::clone(&gate));
            tokio::spawn(async move {
                cards.get_or_load(&Card(1), || gate.pass(Err("the database is gone".to_owned()))).await
            })
        })
        .collect();
    until_waiting(&caches, 4).await;
    gate.go.add_permits(5);
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap_err(), "the database is gone");
    }
    assert_eq!(gate.loads.load(Ordering::SeqCst), 1);
    let loaded = cards.get_or_load(&Card(1), || async { Ok::<_, String>(Some(Row::new(2))) }).await;
    assert_eq!(loaded.unwrap().unwrap().written, 2);
}

#[tokio::test]
async fn a_caller_that_goes_away_harms_nobody() {
    let (caches, gate) = (alone(), Gate::new());
    let cards = caches.cache::<Card>(100);
    let read = || {
        let (cards, gate) = (cards.clone(), Arc::clone(&gate));
        tokio::spawn(async move { cards.get_or_load(&Card(1), || gate.pass::<String>(Ok(Some(Row::new(7))))).await })
    };
    let first = read();
    gate.begun.notified().await;
    let second = read();
    until_waiting(&caches, 1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.go.add_permits(1);
    assert_eq!(second.await.unwrap().unwrap().unwrap().written, 7);
    assert_eq!(written(&cards, 1), Some(Some(7)), "the load was kept");
}

#[tokio::test]
async fn a_load_that_panics_leaves_the_others_to_load() {
    let (caches, gate) = (alone(), Gate::new());
    let cards = caches.cache::<Card>(100);
    let first = {
        let (cards, gate) = (cards.clone(), Arc::clone(&gate));
        tokio::spawn(async move {
            let load = || async move {
                let _ = gate.pass::<String>(Ok(None)).await;
                panic!("a bug in a load")
            };
            cards.get_or_load::<String, _, _>(&Card(1), load).await
        })
    };
    gate.begun.notified().await;
    let second = {
        let cards = cards.clone();
        tokio::spawn(async move { cards.get_or_load(&Card(1), || async { Ok::<_, String>(Some(Row::new(2))) }).await })
    };
    until_waiting(&caches, 1).await;
    gate.go.add_permits(1);
    assert!(first.await.unwrap_err().is_panic());
    assert_eq!(second.await.unwrap().unwrap().unwrap().written, 2);
}

#[tokio::test]
async fn who_comes_after_an_invalidation_does_not_join_an_older_load() {
    let (caches, old) = (alone(), Gate::new());
    let cards = caches.cache::<Card>(100);
    let first = {
        let (cards, old) = (cards.clone(), Arc::clone(&old));
        tokio::spawn(async move { cards.get_or_load(&Card(1), || old.pass::<String>(Ok(Some(Row::new(1))))).await })
    };
    old.begun.notified().await;
    caches.invalidate(&[card_tag(1)]);
    let loaded = cards.get_or_load(&Card(1), || async { Ok::<_, String>(Some(Row::new(2))) }).await;
    assert_eq!(loaded.unwrap().unwrap().written, 2);
    old.go.add_permits(1);
    assert_eq!(first.await.unwrap().unwrap().unwrap().written, 1, "it began before the invalidation");
    assert_eq!(written(&cards, 1), Some(Some(2)), "and took nothing away from what came after");
}

/// Whoever watches a program reads these names.
#[tokio::test]
async fn the_numbers_are_told_by_name() {
    let caches = alone();
    let cards = caches.cache::<Card>(100);
    kept(&cards, 1, 10).await;
    assert_eq!(written(&cards, 1), Some(Some(10)));
    let told = serde_json::to_value(caches.stats()).unwrap();
    assert_eq!(told["mode"], "memory");
    assert_eq!(told["redis"]["state"], "not_configured");
    assert_eq!((&told["kinds"][0]["kind"], &told["kinds"][0]["memory_hits"]), (&"card".into(), &1.into()));
}

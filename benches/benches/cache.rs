//! The caches: what a hit, a miss and an invalidation cost, in this process and in Redis.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::convert::Infallible;
use std::env;
use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use ofektom_cache::{Cache, CacheKey, Caches, CachesSettings, Mode, Quota, RedisSettings, Tag, Trust};
use ofektom_testkit::RedisServer;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

/// A value like a person with his memberships.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Profile {
    name: String,
    phone: String,
    memberships: Vec<(u128, u128, u8)>,
}

impl Profile {
    fn new() -> Self {
        let memberships = (0..3).map(|number| (number, number << 64, 1)).collect();
        Self { name: "Amaka Obi".to_owned(), phone: "+2348100000001".to_owned(), memberships }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ProfileKey(u64);

impl fmt::Display for ProfileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl CacheKey for ProfileKey {
    const KIND: &'static str = "bench_profile";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    type Value = Profile;

    fn ttl(&self, _: &Profile) -> Duration {
        Duration::from_secs(300)
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [Tag::new("user", self.0.into()), Tag::new("business", 1)]
    }
}

/// The modes that can be measured here: Redis only where its program is told of.
fn modes(redis: Option<&RedisServer>) -> Vec<(&'static str, CachesSettings)> {
    let memory = CachesSettings { mode: Mode::Memory, redis: None, alone: true };
    let with_redis = redis.map(|server| {
        let redis = RedisSettings { url: server.url().into(), connections: RedisSettings::CONNECTIONS_DEFAULT };
        ("redis", CachesSettings { mode: Mode::Redis, redis: Some(redis), alone: false })
    });
    [Some(("memory", memory)), with_redis].into_iter().flatten().collect()
}

/// Reads a profile, from the database if it must.
async fn read(cache: &Cache<ProfileKey>, key: &ProfileKey) {
    let load = || async { Ok::<_, Infallible>(Some(Profile::new())) };
    black_box(cache.get_or_load(key, load).await.unwrap());
}

fn caches(c: &mut Criterion) {
    let runtime: Runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let told = env::var_os("OFEKTOM_TEST_REDIS_SERVER").is_some();
    let redis = told.then(|| runtime.block_on(RedisServer::start()));
    for (mode, settings) in modes(redis.as_ref()) {
        let entered = runtime.enter();
        let caches = Caches::new(settings).unwrap();
        caches.start();
        drop(entered);
        let cache = caches.cache::<ProfileKey>(100_000);
        runtime.block_on(read(&cache, &ProfileKey(0)));
        let mut group = c.benchmark_group(mode);
        group.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
        group.bench_function("peek", |b| b.iter(|| cache.peek(black_box(&ProfileKey(0)))));
        // In Redis this is a round trip and a decoding.
        group.bench_function("hit", |b| b.to_async(&runtime).iter(|| read(&cache, &ProfileKey(0))));
        let next = AtomicU64::new(1);
        group.bench_function("miss, load, put", |b| {
            b.to_async(&runtime)
                .iter(|| async { read(&cache, &ProfileKey(next.fetch_add(1, Ordering::Relaxed))).await });
        });
        group.bench_function("invalidate", |b| b.iter(|| caches.invalidate(black_box(&[Tag::new("user", 7)]))));
        let meter =
            caches.meter(Quota { name: "bench", units: 1_000_000_000, window: Duration::from_secs(60) }, 65_536);
        group.bench_function("count a request", |b| b.iter(|| meter.take(black_box(7), 1, Instant::now())));
        group.finish();
        runtime.block_on(caches.close());
    }
}

/// What decoding saves: the same value as JSON, which a cache without a codec of its own would keep.
fn json(c: &mut Criterion) {
    let (profile, text) = (Profile::new(), serde_json::to_vec(&Profile::new()).unwrap());
    let mut group = c.benchmark_group("json, for comparison");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.bench_function("encode", |b| b.iter(|| serde_json::to_vec(black_box(&profile)).unwrap()));
    group.bench_function("decode", |b| b.iter(|| serde_json::from_slice::<Profile>(black_box(&text)).unwrap()));
    group.finish();
}

criterion_group!(benches, caches, json);
criterion_main!(benches);

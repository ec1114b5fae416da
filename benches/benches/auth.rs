//! Signing in: hashing, tokens, and recognising a person by a token.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod stage;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{Timestamp, ToSpan as _};
use ofektom_app::Origin;
use ofektom_auth::{AccessTokens, HashConfig, Hasher, KeyRing, OsRandomness, SecretKey};
use ofektom_domain::ids::IdFactory;
use tokio::runtime::Builder;

fn key() -> SecretKey {
    SecretKey::new("a secret key for benches, long enough".into()).unwrap()
}

fn hashing(c: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let hasher = Hasher::start(&KeyRing::new(key()).derive(), HashConfig::default(), &OsRandomness).unwrap();
    let stored = runtime.block_on(hasher.secret_hash("market day at noon".into(), 7)).unwrap();
    let mut group = c.benchmark_group("secret");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.bench_function("hash", |b| {
        b.to_async(&runtime).iter(|| hasher.secret_hash(black_box("market day at noon").into(), 8));
    });
    group.bench_function("verify", |b| {
        b.to_async(&runtime).iter(|| hasher.secret_verify(black_box("market day at noon").into(), Some(&stored)));
    });
    group.finish();
}

fn tokens(c: &mut Criterion) {
    let now: Timestamp = "2025-03-01T08:00:00Z".parse().unwrap();
    let end = now.checked_add(720.hours()).unwrap();
    let (tokens, mut ids) = (AccessTokens::new(&key().derive()), IdFactory::new(now, 1));
    let (user, session) = (ids.make(), ids.make());
    let (token, _) = tokens.issue(user, session, now, end).unwrap();
    let mut group = c.benchmark_group("access_token");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.bench_function("issue", |b| b.iter(|| tokens.issue(black_box(user), session, now, end).unwrap()));
    group.bench_function("verify", |b| b.iter(|| tokens.verify(black_box(&token), now).unwrap()));
    group.finish();
}

fn authentication(c: &mut Criterion) {
    let mut group = c.benchmark_group("authenticate warm");
    group.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for engine in stage::engines() {
        let (stage, _) = stage::Stage::make(engine, 0, &[]);
        let (app, token) = (&stage.app.system.app, stage.owner.token.as_str());
        group.bench_function(stage::name(engine), |b| {
            b.to_async(&stage.runtime)
                .iter(|| async { app.authenticate(black_box(token), Origin::default()).await.unwrap() });
        });
    }
    group.finish();
}

criterion_group!(benches, hashing, tokens, authentication);
criterion_main!(benches);

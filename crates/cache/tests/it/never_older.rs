//! Whatever happens at once: nobody is served a value from before an invalidation that had ended when he asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ofektom_cache::Mode;
use ofektom_testkit::RedisServer;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

use crate::instance::{Instance, until};
use crate::keys::{Card, Row, card_tag};

/// What one of several tasks does.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Reads; the database answers after so many turns of the others, with what it held at first.
    Read(u8),
    /// Changes the card and invalidates it so many turns later.
    Write(u8),
    /// Lets the others go on.
    Wait(u8),
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        3 => (0..40_u8).prop_map(Step::Read),
        2 => (0..6_u8).prop_map(Step::Write),
        1 => (0..30_u8).prop_map(Step::Wait),
    ];
    vec(vec(step, 1..15), 2..5)
}

/// One card in the database, and how new a value must be that is served now.
#[derive(Default)]
struct Truth {
    written: AtomicU64,
    floor: AtomicU64,
}

async fn turns(count: u8) {
    for _ in 0..count {
        yield_now().await;
    }
}

async fn live(instance: Arc<Instance>, id: u128, truth: Arc<Truth>, steps: Vec<Step>) -> Result<(), String> {
    for step in steps {
        match step {
            Step::Wait(count) => turns(count).await,
            Step::Write(count) => {
                let written = truth.written.fetch_add(1, Ordering::SeqCst) + 1;
                turns(count).await;
                instance.caches.invalidate(&[card_tag(id)]);
                truth.floor.fetch_max(written, Ordering::SeqCst);
            }
            Step::Read(count) => {
                let floor = truth.floor.load(Ordering::SeqCst);
                let database = Arc::clone(&truth);
                let load = move || async move {
                    let written = database.written.load(Ordering::SeqCst);
                    turns(count).await;
                    Ok::<_, String>(Some(Row::new(written)))
                };
                let served = instance.cards.get_or_load(&Card(id), load).await?.map_or(0, |row| row.written);
                if served < floor {
                    return Err(format!("{served} was served, {floor} was invalidated before"));
                }
            }
        }
    }
    Ok(())
}

/// Lives through `cases` random histories, each on a card of its own.
fn histories(cases: u32, runtime: &Runtime, instance: &Arc<Instance>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let ids = AtomicU64::new(0);
    let result = runner.run(&steps(), |tasks| {
        let (id, truth) = (u128::from(ids.fetch_add(1, Ordering::SeqCst)), Arc::new(Truth::default()));
        runtime.block_on(async {
            let running: Vec<_> = tasks
                .into_iter()
                .map(|steps| tokio::spawn(live(Arc::clone(instance), id, Arc::clone(&truth), steps)))
                .collect();
            for task in running {
                task.await.unwrap().map_err(TestCaseError::fail)?;
            }
            Ok(())
        })
    });
    result.unwrap();
    let stats = instance.card_stats();
    assert!(stats.memory_hits + stats.redis_hits > 0, "copies were served at all");
    assert!(stats.discarded > 0, "loads were overtaken by invalidations");
}

/// One thread: the turns alone decide who comes when.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Several threads: the machine decides, too.
fn threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}

#[test]
fn in_this_process() {
    let runtime = runtime();
    let instance = runtime.block_on(Instance::start(Mode::Memory, ""));
    histories(300, &runtime, &Arc::new(instance));
}

#[test]
fn in_this_process_on_several_threads() {
    let runtime = threads();
    let instance = runtime.block_on(Instance::start(Mode::Memory, ""));
    histories(300, &runtime, &Arc::new(instance));
}

#[test]
fn in_both_levels_on_several_threads() {
    let runtime = threads();
    let redis = runtime.block_on(RedisServer::start());
    let instance = runtime.block_on(Instance::start(Mode::Tiered, &redis.url()));
    histories(100, &runtime, &Arc::new(instance));
}

#[test]
fn in_redis() {
    let runtime = runtime();
    let redis = runtime.block_on(RedisServer::start());
    let instance = runtime.block_on(Instance::start(Mode::Redis, &redis.url()));
    histories(100, &runtime, &Arc::new(instance));
}

#[test]
fn in_both_levels() {
    let runtime = runtime();
    let redis = runtime.block_on(RedisServer::start());
    let instance = runtime.block_on(Instance::start(Mode::Tiered, &redis.url()));
    histories(100, &runtime, &Arc::new(instance));
}

/// Once an invalidation has arrived in Redis, no other instance reads an older value there, even one that was being stored
/// meanwhile.
#[test]
fn from_one_instance_to_another() {
    let runtime = runtime();
    runtime.block_on(async {
        let redis = RedisServer::start().await;
        let url = redis.url();
        let (writer, reader) = tokio::join!(Instance::start(Mode::Redis, &url), Instance::start(Mode::Redis, &url));
        for written in 1..100_u64 {
            // A load from before the change is stored after it.
            let ticket = reader.cards.load_begin(&Card(1)).await;
            writer.caches.invalidate(&[card_tag(1)]);
            reader.cards.put(ticket, Some(Row::new(written - 1)));
            until("it has arrived", async || !writer.redis().invalidations_waiting).await;
            assert_ne!(reader.card_known(1).await, Some(written - 1));
            assert_eq!(reader.card(1, written).await, written);
        }
        assert!(reader.card_stats().misses >= 99);
    });
}

//! What all instances together have used of a quota, kept in Redis as the moment at which nothing will be in use.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use fred::clients::{Client, Pipeline};
use fred::error::Error;
use fred::interfaces::ClientLike;
use fred::types::{ClusterHash, CustomCommand, Value};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::commands::{BACKGROUND_LIMIT, NoAnswer};
use super::link::Link;
use crate::quota::Counts;

/// From the first key to be settled until it is: those that come meanwhile go with it.
const SETTLE: Duration = Duration::from_millis(200);

/// So many keys go together.
const PIPELINE_MAX: usize = 64;

/// Adds `cost` to what is in use of a key, unless it is to be bounded and that would be more than `full`. Microseconds, by
/// Redis's own clock: those of the instances may differ. What is in use is never more than twice the quota, so that a burst
/// through many instances keeps nobody out for long; whatever says more, or is no moment at all, is none of ours and counts
/// as nothing. It uses one key, so it works on any node of a cluster.
const SCRIPT: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost, full, bounded = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local used = (tonumber(redis.pcall('GET', KEYS[1])) or now) - now
if used < 0 or used > 2 * full then used = 0 end
if bounded and used + cost > full then return {0, used} end
used = math.min(used + cost, 2 * full)
redis.call('SET', KEYS[1], string.format('%.0f', now + used), 'PX', math.ceil(used / 1000) + 1)
return {1, used}";

/// What is to be added to a key.
#[derive(Debug)]
pub(crate) struct Spend {
    /// The key in Redis.
    pub name: String,
    /// So much.
    pub cost_ns: u64,
    /// The quota.
    pub full_ns: u64,
    /// Not beyond the quota.
    pub bounded: bool,
}

/// What Redis says to that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// It was added.
    pub given: bool,
    /// In use now, by all instances.
    pub used_ns: u64,
}

/// The meters that settle through a link.
#[derive(Default)]
pub(crate) struct Meters {
    all: Mutex<Vec<Weak<Counts>>>,
    called: Notify,
}

impl Meters {
    /// Takes a meter on, for as long as it lives.
    pub(crate) fn add(&self, counts: &Arc<Counts>) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(counts));
    }

    /// Some meter has something to settle.
    pub(crate) fn call(&self) {
        self.called.notify_one();
    }

    fn living(&self) -> Vec<Arc<Counts>> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|counts| counts.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).collect()
    }
}

impl Link {
    /// Spends for a request that waits; `None` when Redis cannot be asked, or did not answer in time.
    pub(crate) async fn quota_spend_now(&self, spend: &Spend, begun: Instant) -> Option<Spent> {
        let ask = async |pipeline: &Pipeline<Client>| queue(pipeline, spend).await.map(|()| 1);
        let results = self.ask_for_request(begun, ask).await?;
        results.first().and_then(spent_of)
    }

    async fn quota_spend(&self, spends: &[(u128, Spend)]) -> Result<Vec<Option<Spent>>, NoAnswer> {
        let ask = async |pipeline: &Pipeline<Client>| {
            for (_, spend) in spends {
                queue(pipeline, spend).await?;
            }
            Ok(spends.len())
        };
        let results = self.ask(BACKGROUND_LIMIT, &self.counters.background_commands, ask).await?;
        Ok(results.iter().map(spent_of).collect())
    }
}

/// Settles what the meters have to settle, until the link closes. Nothing is sent while they have nothing.
pub(super) async fn run(link: Arc<Link>) {
    let mut closing = link.closing();
    loop {
        tokio::select! {
            () = closing.came() => return,
            () = link.meters.called.notified() => {}
        }
        tokio::select! {
            () = closing.came() => return,
            () = sleep(SETTLE) => {}
        }
        for counts in link.meters.living() {
            settle(&link, &counts).await;
        }
    }
}

/// What does not arrive is not tried again: this process has counted it, and the others miss a fifth of a second of it.
async fn settle(link: &Link, counts: &Counts) {
    let spends = counts.spends_take();
    for spends in spends.chunks(PIPELINE_MAX) {
        if !link.is_used() {
            return;
        }
        let Ok(answers) = link.quota_spend(spends).await else { return };
        for ((key, _), answer) in spends.iter().zip(answers) {
            if let Some(spent) = answer {
                counts.settled(*key, spent.used_ns);
            }
        }
    }
}

async fn queue(pipeline: &Pipeline<Client>, spend: &Spend) -> Result<(), Error> {
    let micros = |nanos: u64| nanos.div_ceil(1_000).to_string();
    let bounded = if spend.bounded { "1" } else { "0" }.to_owned();
    let key = spend.name.clone();
    let arguments = vec![SCRIPT.to_owned(), "1".to_owned(), key, micros(spend.cost_ns), micros(spend.full_ns), bounded];
    // The key comes after the script and the number of keys.
    let command = CustomCommand::new_static("EVAL", ClusterHash::Offset(2), false);
    pipeline.custom::<(), _>(command, arguments).await
}

fn spent_of(result: &Result<Value, Error>) -> Option<Spent> {
    let Ok(Value::Array(parts)) = result else { return None };
    let [given, used] = parts.as_slice() else { return None };
    Some(Spent { given: given.as_u64()? == 1, used_ns: used.as_u64()?.saturating_mul(1_000) })
}

//! Many requests at once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use ofektom_testkit::{Api, Person, Reply};
use serde_json::Value;

/// More than enough for any single answer on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Runs `act` for 0, 1, 2, … at once and gives the answers in that order.
pub async fn crowd<T, Acting: Future<Output = T>>(count: usize, act: impl Fn(usize) -> Acting) -> Vec<T> {
    join_all((0..count).map(act)).await
}

/// Sends a money request the way a client does: again, while the first one under its key is still running.
pub async fn money(api: &Api, person: &Person, path: &str, key: &str, body: &Value) -> Reply {
    let started = Instant::now();
    loop {
        let reply = api.post_money(person, path, key, body).await;
        if outcome(&reply) != "idempotency_in_progress" {
            return reply;
        }
        assert!(started.elapsed() < PATIENCE, "the request under {key} never ends");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The status of a success, or the code of a problem.
pub fn outcome(reply: &Reply) -> String {
    if reply.status < 400 { reply.status.to_string() } else { reply.problem(reply.status) }
}

/// How often each outcome occurred.
pub fn tally(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        *counts.entry(outcome(reply)).or_default() += 1;
    }
    counts
}

/// What [`tally`] should give.
pub fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.map(|(outcome, count)| (outcome.to_owned(), count)).into()
}

/// That all are answers to one effect: the same bytes, and one of them fresh.
#[track_caller]
pub fn one_effect(replies: &[Reply], status: u16) {
    for reply in replies {
        assert_eq!(reply.status, status, "{}", reply.text());
        assert_eq!(reply.text(), replies[0].text());
        assert_eq!(reply.header("location"), replies[0].header("location"));
    }
    let fresh = replies.iter().filter(|reply| reply.header("idempotent-replayed") != "true").count();
    assert_eq!(fresh, 1, "one answer is the first");
}

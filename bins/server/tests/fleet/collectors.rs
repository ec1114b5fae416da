//! Collectors and readers who work through nginx all the time, each from an address of his own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Business, Person};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::stage::{Fleet, PATIENCE, until};

/// Each contribution pays one box of 20 naira.
const AMOUNT: &str = "20.00";
/// The longest plan that there is: 3,652 boxes or more, so that no card is full before they are stopped, however fast the servers are.
const MONTHS: u32 = 120;
const COLLECTORS: usize = 6;
const READERS: usize = 3;
/// What each of them waits after a request; together they are at it all the time. However quick the answers are, nobody asks for more
/// than the 100 requests a second that nginx lets an address have.
const PAUSE: Duration = Duration::from_millis(15);
/// The same while something takes its time, so that there is less to look through in the end.
const PAUSE_FOR_LONG: Duration = Duration::from_millis(100);
/// What a client waits before he asks again.
const AGAIN: Duration = Duration::from_millis(50);

/// A contribution, as the client knows it in the end.
#[derive(Debug)]
pub struct Done {
    card: String,
    key: String,
    answer: Value,
    /// Requests that had no success before.
    pub failures: Vec<String>,
}

/// What they work on.
pub struct Work {
    agent: Person,
    business: Business,
    cards: Vec<String>,
    pause: Duration,
    contributions: AtomicUsize,
    reads: AtomicUsize,
    reads_repeated: AtomicUsize,
    stopped: AtomicBool,
}

/// They, at work.
pub struct AtWork {
    pub work: Arc<Work>,
    collectors: Vec<JoinHandle<Vec<Done>>>,
    readers: Vec<JoinHandle<Vec<String>>>,
}

impl AtWork {
    /// Lets them begin.
    pub async fn begin<Redis>(fleet: &Fleet<Redis>) -> Self {
        Self::begin_with(fleet, PAUSE).await
    }

    /// Lets them begin, at a pace for minutes.
    pub async fn begin_for_long<Redis>(fleet: &Fleet<Redis>) -> Self {
        Self::begin_with(fleet, PAUSE_FOR_LONG).await
    }

    async fn begin_with<Redis>(fleet: &Fleet<Redis>, pause: Duration) -> Self {
        let api = fleet.direct();
        let agent = api.agent().await;
        let business = api.business(&agent).await;
        let customer = api.customer(Some(&business)).await;
        let mut cards = Vec::new();
        for _ in 0..COLLECTORS {
            cards.push(api.daily_card(&agent, (&business, &customer), (AMOUNT, MONTHS, api.today())).await);
        }
        let [contributions, reads, reads_repeated] = [const { AtomicUsize::new(0) }; 3];
        let stopped = AtomicBool::new(false);
        let work = Arc::new(Work { agent, business, cards, pause, contributions, reads, reads_repeated, stopped });
        let collectors =
            (0..COLLECTORS).map(|n| tokio::spawn(collect(Arc::clone(&work), fleet.client(n), n))).collect();
        let readers =
            (0..READERS).map(|n| tokio::spawn(read(Arc::clone(&work), fleet.client(COLLECTORS + n)))).collect();
        Self { work, collectors, readers }
    }

    /// Waits until so many more contributions are done, and reads with them.
    pub async fn more(&self, count: usize) {
        let before = [&self.work.contributions, &self.work.reads].map(|done| done.load(Ordering::SeqCst));
        until("the work goes on", async || {
            let now = [&self.work.contributions, &self.work.reads].map(|done| done.load(Ordering::SeqCst));
            now[0] >= before[0] + count && now[1] >= before[1] + count
        })
        .await;
    }

    /// Lets them end; gives the contributions, and what went wrong with reads.
    pub async fn end(self) -> (Vec<Done>, Vec<String>) {
        self.work.stopped.store(true, Ordering::SeqCst);
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for collector in self.collectors {
            done.extend(collector.await.unwrap());
        }
        for reader in self.readers {
            failed.extend(reader.await.unwrap());
        }
        (done, failed)
    }
}

impl Work {
    /// How often a read had to be repeated.
    pub fn reads_repeated(&self) -> usize {
        self.reads_repeated.load(Ordering::SeqCst)
    }

    /// That what was answered is in the books, once: each contribution is there as it was answered, sending it again answers the same, and
    /// there is nothing else.
    pub async fn check(&self, api: &Api, done: &[Done]) {
        let mut boxes = BTreeMap::<&str, usize>::new();
        for Done { card, key, answer, .. } in done {
            let path = format!("/api/v1/contributions/{}", answer["id"].as_str().unwrap());
            assert_eq!(api.get(&self.agent, &path).await.expect(200)["amount"], AMOUNT);
            let again = api.post_money(&self.agent, &contributions(card), key, &cash()).await;
            assert_eq!((&again.expect(201), again.header("idempotent-replayed")), (answer, "true"), "{key}");
            *boxes.entry(card).or_default() += 1;
        }
        for (card, boxes) in &boxes {
            let card = api.card(&self.agent, card).await;
            assert_eq!((&card["boxes_paid"], &card["credit"]), (&json!(boxes), &json!("0.00")), "{card}");
        }
        let path = format!("/api/v1/businesses/{}/ledger/trial-balance", self.business.id);
        let books = api.get(&self.agent, &path).await.expect(200);
        assert_eq!(books["balanced"], true, "{books}");
        let cash = books["lines"].as_array().unwrap().iter().find(|line| line["account"] == "cash").unwrap();
        assert_eq!(cash["balance"], format!("{}.00", 20 * done.len()), "{books}");
    }
}

/// Collects until the work is over. What has no success is sent again, under the same key, until it has.
async fn collect(work: Arc<Work>, api: Api, name: usize) -> Vec<Done> {
    let mut all = Vec::new();
    for n in 0.. {
        if work.stopped.load(Ordering::SeqCst) {
            break;
        }
        let (card, key) = (work.cards[(name + n) % work.cards.len()].clone(), format!("collector-{name}-{n}"));
        let (mut failures, started) = (Vec::new(), Instant::now());
        let answer = loop {
            let request = api.request(Method::POST, &contributions(&card)).bearer_auth(&work.agent.token);
            match outcome(request.header("Idempotency-Key", &key).json(&cash())).await {
                Ok((201, answer)) => break answer,
                // Anything else would be no failure of the installation, but a defect.
                Ok((409 | 429 | 502..=504, problem)) => failures.push(problem.to_string()),
                Ok((status, problem)) => panic!("{status}: {problem}"),
                Err(error) => failures.push(error.to_string()),
            }
            assert!(started.elapsed() < PATIENCE, "{key} has no success: {failures:?}");
            tokio::time::sleep(AGAIN).await;
        };
        work.contributions.fetch_add(1, Ordering::SeqCst);
        all.push(Done { card, key, answer, failures });
        tokio::time::sleep(work.pause).await;
    }
    all
}

/// Reads until the work is over. What has no success is asked for again; gives what has none for long, or a wrong answer.
async fn read(work: Arc<Work>, api: Api) -> Vec<String> {
    let mut failed = Vec::new();
    while !work.stopped.load(Ordering::SeqCst) {
        for path in
            ["/api/v1/me".to_owned(), "/api/v1/savings".to_owned(), format!("/api/v1/savings/{}", work.cards[0])]
        {
            let started = Instant::now();
            loop {
                let problem = match outcome(api.request(Method::GET, &path).bearer_auth(&work.agent.token)).await {
                    Ok((200, _)) => break,
                    Ok((status, problem)) => format!("{status} {problem}"),
                    Err(error) => error.to_string(),
                };
                work.reads_repeated.fetch_add(1, Ordering::SeqCst);
                if started.elapsed() > PATIENCE || !problem.starts_with("50") {
                    failed.push(format!("{path}: {problem}"));
                    break;
                }
                tokio::time::sleep(AGAIN).await;
            }
            work.reads.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(work.pause).await;
        }
    }
    failed
}

/// The status and the JSON of an answer, if one came whole.
async fn outcome(request: reqwest::RequestBuilder) -> reqwest::Result<(u16, Value)> {
    let response = request.send().await?;
    Ok((response.status().as_u16(), response.json().await?))
}

fn contributions(card: &str) -> String {
    format!("/api/v1/savings/{card}/contributions")
}

fn cash() -> Value {
    json!({ "amount": AMOUNT, "method": "cash" })
}

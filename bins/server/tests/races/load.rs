//! Collectors who never rest, and remember every request they sent and every answer they got.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Reply, TestServer};
use reqwest::Method;
use serde_json::Value;

use crate::crowd::{PATIENCE, crowd, money};
use crate::desk::{Desk, cash, contributions};

/// Each contribution pays one box of 20 naira.
const AMOUNT: &str = "20.00";

/// The longest plan that there is: 3,652 boxes or more, so that no card is full before the collectors are stopped, however fast the
/// server and the machine are.
const MONTHS: u32 = 120;

/// A request, and its answer if one came.
#[derive(Debug)]
pub struct Sent {
    pub card: String,
    pub key: String,
    pub answer: Option<Reply>,
}

/// Some cards, and how many contributions to them have been acknowledged.
pub struct Load {
    pub desk: Desk,
    cards: Vec<String>,
    acknowledged: AtomicUsize,
    /// The first answer that was no success.
    refusal: OnceLock<String>,
    stopped: AtomicBool,
}

impl Load {
    pub async fn prepare(api: &Api, cards: usize) -> Self {
        let desk = Desk::open(api).await;
        let plan = (AMOUNT, MONTHS, api.today());
        let cards = crowd(cards, async |_| api.daily_card(&desk.agent, (&desk.business, &desk.customer), plan).await);
        Self {
            cards: cards.await,
            desk,
            acknowledged: AtomicUsize::new(0),
            refusal: OnceLock::new(),
            stopped: AtomicBool::new(false),
        }
    }

    /// Collects until there is no answer, or one that is not a success. `name` makes the keys this collector's own.
    pub async fn collect(&self, api: &Api, name: &str) -> Vec<Sent> {
        let mut sent = Vec::new();
        for n in 0.. {
            let (card, key) = (self.cards[n % self.cards.len()].clone(), format!("{name}-{n}"));
            let answer = self.post(api, &card, &key).await;
            let stopped = answer.as_ref().is_none_or(|reply| reply.status != 201);
            if let Some(reply) = answer.as_ref().filter(|_| stopped) {
                self.refusal.get_or_init(|| format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body)));
            }
            self.acknowledged.fetch_add(usize::from(!stopped), Ordering::SeqCst);
            sent.push(Sent { card, key, answer });
            if stopped || self.stopped.load(Ordering::SeqCst) {
                break;
            }
        }
        sent
    }

    /// Several collectors at once, each until it is stopped.
    pub async fn collect_all(&self, api: &Api, name: &str, collectors: usize) -> Vec<Sent> {
        crowd(collectors, async |n| self.collect(api, &format!("{name}-{n}")).await)
            .await
            .into_iter()
            .flatten()
            .collect()
    }

    /// Lets every collector end after the answer that he waits for.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// How many have been acknowledged.
    pub fn acknowledged_all(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until so many more contributions have been acknowledged.
    pub async fn acknowledged_more(&self, count: usize) {
        let (started, before) = (Instant::now(), self.acknowledged.load(Ordering::SeqCst));
        while self.acknowledged.load(Ordering::SeqCst) < before + count {
            assert!(
                started.elapsed() < PATIENCE,
                "no more is acknowledged; the first refusal: {:?}",
                self.refusal.get()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// One request; `None` when the connection broke before its answer was whole.
    async fn post(&self, api: &Api, card: &str, key: &str) -> Option<Reply> {
        let request = api.request(Method::POST, &contributions(card)).bearer_auth(&self.desk.agent.token);
        let response = request.header("Idempotency-Key", key).json(&cash(AMOUNT)).send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Some(Reply { status, headers, body: response.bytes().await.ok()?.to_vec() })
    }

    /// That a server that was told to stop ended well, refused nobody who got an answer, and did nothing that it did not answer. It runs
    /// again afterwards.
    pub async fn stopped_without_loss(&self, server: &mut TestServer, sent: &[Sent], status: ExitStatus) {
        let log = server.log();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(log.contains("the server has stopped") && !log.contains("panicked"), "{log}");
        let refused: Vec<_> =
            sent.iter().filter_map(|sent| sent.answer.as_ref()).filter(|reply| reply.status != 201).collect();
        assert!(refused.is_empty(), "{refused:?}");
        server.restart().await;
        assert_eq!(self.check(&server.api, sent).await, 0, "requests were carried out and not answered");
    }

    /// That every acknowledged contribution is there; that sending everything again adds what was not there and nothing
    /// else; that then each card has exactly one box for each request ever sent. `all` is everything sent since the load
    /// was prepared. Gives how many requests were carried out though their answers did not arrive.
    pub async fn check(&self, api: &Api, all: &[Sent]) -> usize {
        let agent = &self.desk.agent;
        for reply in all.iter().filter_map(acknowledgement) {
            let path = format!("/api/v1/contributions/{}", reply["id"].as_str().unwrap());
            assert_eq!(api.get(agent, &path).await.expect(200)["amount"], AMOUNT);
        }
        let (mut boxes, mut unanswered) = (BTreeMap::<&str, usize>::new(), 0);
        for sent in all {
            let again = money(api, agent, &contributions(&sent.card), &sent.key, &cash(AMOUNT)).await;
            let again = (again.expect(201), again.header("idempotent-replayed") == "true");
            match acknowledgement(sent) {
                Some(first) => assert_eq!(again, (first, true), "{}", sent.key),
                None => unanswered += usize::from(again.1),
            }
            *boxes.entry(&sent.card).or_default() += 1;
        }
        for (card, boxes) in &boxes {
            let card = api.card(agent, card).await;
            assert_eq!(card["boxes_paid"], *boxes, "{card}");
            assert_eq!(
                (&card["collected"], &card["credit"]),
                (&Value::from(format!("{}.00", 20 * boxes)), &"0.00".into())
            );
        }
        assert_eq!(self.desk.cash(api).await, format!("{}.00", 20 * all.len()));
        unanswered
    }
}

/// The answer, if it says that the contribution is recorded.
fn acknowledgement(sent: &Sent) -> Option<Value> {
    sent.answer.as_ref().filter(|reply| reply.status == 201).map(Reply::json)
}

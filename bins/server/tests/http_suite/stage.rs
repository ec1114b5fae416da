//! A server with a clock that stands still on 1 March 2025, for stories whose answers are kept.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use ofektom_testkit::{Api, Business, Person, Reply, TestApp, TestClock, TestDb};
use reqwest::Method;
use serde_json::Value;

use crate::answers::Answers;

pub struct Stage {
    pub app: TestApp,
    pub clock: Arc<TestClock>,
    pub answers: Answers,
    keys: u32,
}

impl Stage {
    /// 1 March 2025, 10 in the morning in Lagos.
    pub async fn new(db: TestDb) -> Self {
        let clock = Arc::new(TestClock::at("2025-03-01T09:00:00Z".parse::<Timestamp>().unwrap()));
        let app = TestApp::spawn_at(db, &clock).await;
        Self { app, clock, answers: Answers::default(), keys: 0 }
    }

    pub fn api(&self) -> &Api {
        &self.app.api
    }

    /// A new agent with his business, and a customer of it.
    pub async fn business(&self) -> (Person, Business, Person) {
        let agent = self.api().agent().await;
        let business = self.api().business(&agent).await;
        let customer = self.api().customer(Some(&business)).await;
        (agent, business, customer)
    }

    /// Collects cash on a card; gives the answer's JSON.
    pub async fn collect(&self, collector: &Person, card: &str, amount: &str) -> Value {
        self.tick();
        self.api().collect(collector, card, amount).await
    }

    /// Things made at the same instant are in no order, so time goes on between requests.
    fn tick(&self) {
        self.clock.advance(1.seconds());
    }

    /// Asks as a person, or as nobody, under a new idempotency key, and keeps the answer. `null` sends no body.
    pub async fn ask(&mut self, person: Option<&Person>, asked: &str, path: &str, body: Value) -> Reply {
        let reply = self.try_ask(person, asked, path, &body).await;
        self.answers.keep(asked, &reply);
        reply
    }

    /// The same without keeping the answer. What is asked begins with the method.
    pub async fn try_ask(&mut self, person: Option<&Person>, asked: &str, path: &str, body: &Value) -> Reply {
        self.tick();
        self.keys += 1;
        let method = Method::from_bytes(asked.split(' ').next().unwrap().as_bytes()).unwrap();
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = self.api().request(method, &path).header("Idempotency-Key", format!("story-{}", self.keys));
        if let Some(person) = person {
            request = request.bearer_auth(&person.token);
        }
        self.api().send(if body.is_null() { request } else { request.json(body) }).await
    }
}

/// The text of a field.
#[track_caller]
pub fn text(reply: &Reply, field: &str) -> String {
    let json = reply.json();
    json[field].as_str().unwrap_or_else(|| panic!("no {field} in {json}")).to_owned()
}

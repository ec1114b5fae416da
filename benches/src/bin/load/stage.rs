//! The business that load is put on, made through the API like anybody's.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::Connection;
use crate::request;

/// Who collects: one for each connection of P4.
pub const COLLECTORS: usize = 64;
/// Connections that make the stage.
const HANDS: usize = 8;
const CUSTOMERS: usize = 512;
const PASSPHRASE: &str = "market day at noon";
/// What one box costs.
pub const BOX_NAIRA: &str = "500.00";

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// His id.
    pub id: String,
    phone: String,
    /// His access token, good for 15 minutes.
    pub token: String,
}

impl Person {
    /// What he signs in with.
    pub fn credentials(&self) -> String {
        json!({ "phone": self.phone, "secret": PASSPHRASE }).to_string()
    }
}

/// One business with its people and cards.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its owner.
    pub owner: Person,
    /// Its id.
    pub business_id: String,
    /// Who collects.
    pub collectors: Vec<Person>,
    /// Its cards: daily, of 12 months, nothing paid.
    pub cards: Arc<Vec<String>>,
    /// The day on which they begin.
    pub start: String,
}

impl Stage {
    /// Makes it, with so many cards.
    ///
    /// # Errors
    /// When the server refuses something.
    pub async fn make(address: SocketAddr, cards: usize) -> Result<Self> {
        let mut hand = Hand::open(address).await?;
        let owner = hand.person(0, None).await?;
        let business = hand.ask("POST", "/api/v1/businesses", &owner.token, &json!({ "name": "Load Savings" })).await?;
        let (business_id, code) = (text(&business, "id")?, text(&business, "join_code")?);
        let mut collectors = Vec::with_capacity(COLLECTORS);
        for number in 1..=COLLECTORS {
            let person = hand.person(number, Some(&code)).await?;
            let path = format!("/api/v1/businesses/{business_id}/members/{}", person.id);
            hand.ask("PATCH", &path, &owner.token, &json!({ "role": "sub_agent" })).await?;
            collectors.push(person);
        }
        let owner = hand.signed_in(owner).await?;
        let customers = in_turns(address, CUSTOMERS, |number| {
            let phone = format!("+234805{number:07}");
            let path = format!("/api/v1/businesses/{business_id}/customers");
            (path, owner.token.clone(), json!({ "phone": phone, "full_name": format!("Customer {number}") }))
        });
        let customers = customers.await?;
        let start = today(&mut hand, &owner, &business_id).await?;
        let cards = in_turns(address, cards, |number| {
            let customer = customers.get(number % CUSTOMERS).map_or("", String::as_str);
            let path = format!("/api/v1/businesses/{business_id}/savings");
            let terms = json!({
                "customer_id": customer, "kind": "daily", "box_amount": BOX_NAIRA, "months": 12, "start_date": start,
            });
            (path, owner.token.clone(), terms)
        });
        let cards = Arc::new(cards.await?);
        Ok(Self { owner, business_id, collectors, cards, start })
    }

    /// One more card, of three months; gives its id.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn quarter_card(&self, address: SocketAddr) -> Result<String> {
        let mut hand = Hand::open(address).await?;
        let members = format!("/api/v1/businesses/{}/customers", self.business_id);
        let person = json!({ "phone": "+2348059999999", "full_name": "Customer of a quarter" });
        let customer = text(&hand.ask("POST", &members, &self.owner.token, &person).await?, "id")?;
        let path = format!("/api/v1/businesses/{}/savings", self.business_id);
        let terms = json!({
            "customer_id": customer, "kind": "daily", "box_amount": BOX_NAIRA, "months": 3, "start_date": self.start,
        });
        text(&hand.ask("POST", &path, &self.owner.token, &terms).await?, "id")
    }

    /// Signs everybody in again: new tokens.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn sign_in(&mut self, address: SocketAddr) -> Result<()> {
        let mut hand = Hand::open(address).await?;
        self.owner = hand.signed_in(self.owner.clone()).await?;
        for person in &mut self.collectors {
            *person = hand.signed_in(person.clone()).await?;
        }
        Ok(())
    }
}

/// Today, as the business sees it.
async fn today(hand: &mut Hand, owner: &Person, business_id: &str) -> Result<String> {
    let path = format!("/api/v1/businesses/{business_id}/collection-sheet?limit=1");
    text(&hand.ask("GET", &path, &owner.token, &Value::Null).await?, "date")
}

/// Posts so many things over some connections; gives their ids in order.
async fn in_turns(
    address: SocketAddr,
    count: usize,
    thing: impl Fn(usize) -> (String, String, Value),
) -> Result<Vec<String>> {
    let mut tasks = JoinSet::new();
    for first in 0..HANDS {
        let mine: Vec<_> = (first..count).step_by(HANDS).map(|number| (number, thing(number))).collect();
        tasks.spawn(async move {
            let mut hand = Hand::open(address).await?;
            let mut made = Vec::with_capacity(mine.len());
            for (number, (path, token, body)) in mine {
                made.push((number, text(&hand.ask("POST", &path, &token, &body).await?, "id")?));
            }
            anyhow::Ok(made)
        });
    }
    let mut all = Vec::with_capacity(count);
    while let Some(made) = tasks.join_next().await {
        all.extend(made??);
    }
    all.sort_unstable();
    Ok(all.into_iter().map(|(_, id)| id).collect())
}

/// A connection that makes things.
pub struct Hand {
    connection: Connection,
    buffer: Vec<u8>,
}

impl Hand {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self { connection: Connection::open(address).await?, buffer: Vec::new() })
    }

    /// Sends a request and reads its JSON.
    ///
    /// # Errors
    /// When the answer is not 2xx.
    pub async fn ask(&mut self, method: &str, path: &str, token: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if body.is_empty() {
            request::get(&mut self.buffer, path, token);
        } else {
            request::send(&mut self.buffer, method, path, token, &body);
        }
        let answer = self.connection.ask(&self.buffer).await?;
        if !answer.is_success() {
            bail!("{method} {path}: {}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(serde_json::from_slice(answer.body)?)
    }

    async fn person(&mut self, number: usize, code: Option<&str>) -> Result<Person> {
        let mut phone = String::new();
        write!(phone, "+234803{number:07}")?;
        let body = json!({
            "phone": phone, "secret": PASSPHRASE, "full_name": format!("Person {number}"), "role": "agent",
            "business_code": code,
        });
        let user = self.ask("POST", "/api/v1/auth/signup", "", &body).await?;
        self.signed_in(Person { id: text(&user, "id")?, phone, token: String::new() }).await
    }

    async fn signed_in(&mut self, person: Person) -> Result<Person> {
        let body = serde_json::from_str(&person.credentials())?;
        let tokens = self.ask("POST", "/api/v1/auth/login", "", &body).await?;
        Ok(Person { token: text(&tokens, "access_token")?, ..person })
    }
}

/// A text of a JSON object.
///
/// # Errors
/// When there is none of that name.
pub fn text(value: &Value, field: &str) -> Result<String> {
    let found = value.get(field).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no text {field:?} in {value}"))?.to_owned())
}

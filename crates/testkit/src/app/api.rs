//! Requests to a server, in process or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::Date;
use ofektom_domain::ports::Clock;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::fixtures::Person;
use super::reply::Reply;

/// A client of one server. Paths are whole, such as `/api/v1/me`.
#[derive(Clone)]
pub struct Api {
    /// The server's URL, without a slash at the end.
    pub url: String,
    /// The client, for requests out of the ordinary.
    pub client: Client,
    clock: Arc<dyn Clock>,
    numbers: Arc<AtomicU32>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Api {
    pub(super) fn new(url: String, clock: Arc<dyn Clock>) -> Self {
        Self { url, client: Client::new(), clock, numbers: Arc::default() }
    }

    /// The same client, with its numbers, for a server at another URL.
    pub(super) fn at(&self, url: String) -> Self {
        Self { url, client: Client::new(), ..self.clone() }
    }

    /// A request that the caller completes and gives to [`Api::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Sends a request and reads the answer to its end.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let response = request.send().await.unwrap_or_else(|error| panic!("no answer from {}: {error:?}", self.url));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("the answer ends too early").to_vec();
        Reply { status, headers, body }
    }

    /// Reads something as a person.
    pub async fn get(&self, person: &Person, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).bearer_auth(&person.token)).await
    }

    /// Sends a body as a person, or as nobody.
    pub async fn post(&self, person: Option<&Person>, path: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path).json(body);
        self.send(if let Some(person) = person { request.bearer_auth(&person.token) } else { request }).await
    }

    /// Sends a money request under an idempotency key. `null` sends no body.
    pub async fn post_money(&self, person: &Person, path: &str, key: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path).bearer_auth(&person.token).header("Idempotency-Key", key);
        self.send(if body.is_null() { request } else { request.json(body) }).await
    }

    /// The day in Africa/Lagos, the time zone of businesses unless they choose another.
    ///
    /// # Panics
    /// Never: the time zones are compiled in.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.now().in_tz("Africa/Lagos").expect("the time zones are compiled in").date()
    }

    /// A number that this client has not given before, from 1.
    pub(super) fn next_number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }
}

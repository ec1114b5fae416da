//! What is asked of Redis. One pipeline per question, each key by itself, nothing that scans.

use std::time::{Duration, Instant};

use fred::clients::{Client, Pipeline};
use fred::error::{Error, ErrorKind};
use fred::interfaces::{KeysInterface, PubsubInterface};
use fred::types::{Expiration, SetOptions, Value};
use tokio::time::timeout;

use super::delivery::Delivery;
use super::link::Link;
use super::names;
use super::stores::Store;
use super::token::Token;
use crate::Tag;
use crate::counters::Counter;

/// How long all that one read asks of Redis may take.
const REQUEST_LIMIT: Duration = Duration::from_millis(8);

/// How long a command of the background may take.
pub(super) const BACKGROUND_LIMIT: Duration = Duration::from_secs(1);

/// How long a heartbeat may take: less than the time between two, so that three in a row that fail open the breaker.
const HEARTBEAT_LIMIT: Duration = Duration::from_millis(250);

/// How long the token of a tag lives when nobody touches it: longer than any value. A token that goes earlier ends values,
/// no more.
const TOKEN_TTL: Expiration = Expiration::EX(24 * 60 * 60);

/// Keys of a probe in a cluster: so many that each node has some of them.
const PROBES_IN_CLUSTER: usize = 32;

/// What Redis said of a value and its tags.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The bytes with the rest of their life.
    pub value: Option<(Vec<u8>, Duration)>,
    /// There is something under the value's key that cannot be a value.
    pub garbage: bool,
    /// Of all and of each tag, as they were before the caller's load.
    pub tokens: Vec<Option<Token>>,
}

/// What Redis said to each command of a pipeline.
type Answers = Vec<Result<Value, Error>>;

/// Why there is no answer. Counted already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoAnswer;

impl Link {
    /// Reads a value and its tokens; `None` when Redis cannot be asked, or did not answer in time.
    pub(crate) async fn read(&self, value_name: &str, tags: &[Tag], begun: Instant) -> Option<Answer> {
        let names = names::tokens(tags);
        let ask = async |pipeline: &Pipeline<Client>| {
            pipeline.get::<(), _>(value_name).await?;
            pipeline.pttl::<(), _>(value_name).await?;
            for name in &names {
                pipeline.get::<(), _>(name).await?;
            }
            Ok(2 + names.len())
        };
        let results = self.ask_for_request(begun, ask).await?;
        let mut results = results.into_iter();
        let (value, left) = (results.next()?, results.next()?);
        let tokens: Vec<_> = results.map(|token| token_of(&token)).collect();
        let left = left.ok().and_then(|left| left.as_u64()).unwrap_or(0);
        let value = match value {
            Ok(Value::Null) => return Some(Answer { tokens, ..Answer::default() }),
            Ok(value) => value.as_bytes().map(<[u8]>::to_vec),
            Err(_) => None,
        };
        let garbage = value.is_none() || left == 0;
        let value = value.filter(|_| left > 0).map(|bytes| (bytes, Duration::from_millis(left)));
        Some(Answer { value, garbage, tokens })
    }

    /// The tokens of all and of each tag, made where there is none. `None` when a load must do without.
    pub(crate) async fn tokens_ensure(&self, tags: &[Tag], begun: Instant) -> Option<Vec<Token>> {
        let made: Vec<_> = names::tokens(tags)
            .into_iter()
            .map(|name| Token::random().map(|token| (name, token)))
            .collect::<Result<_, _>>()
            .ok()?;
        let ask = async |pipeline: &Pipeline<Client>| {
            for (name, token) in &made {
                let only_new = Some(SetOptions::NX);
                pipeline.set::<(), _, _>(name, token.as_bytes(), Some(TOKEN_TTL), only_new, false).await?;
                pipeline.get::<(), _>(name).await?;
            }
            Ok(2 * made.len())
        };
        let results = self.ask_for_request(begun, ask).await?;
        let tokens: Vec<_> = results.chunks_exact(2).map(|pair| pair.last().and_then(token_of)).collect();
        if tokens.iter().any(Option::is_none) {
            self.tokens_repair(tags, &tokens);
        }
        tokens.into_iter().collect()
    }

    /// Stores values, and deletes what is to be forgotten.
    pub(super) async fn store(&self, stores: &[Store]) -> Result<(), NoAnswer> {
        let ask = async |pipeline: &Pipeline<Client>| {
            for store in stores {
                match store {
                    Store::Value { name, bytes, ttl } => {
                        let ttl_ms = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX).max(1);
                        let expiration = Some(Expiration::PX(ttl_ms));
                        pipeline.set::<(), _, _>(name, bytes.as_slice(), expiration, None, false).await?;
                    }
                    Store::Nothing { name } => pipeline.del::<(), _>(name).await?,
                }
            }
            Ok(stores.len())
        };
        self.ask(BACKGROUND_LIMIT, &self.counters.commands, ask).await.and_then(all_good)
    }

    /// Gives tags new tokens, and tells other instances. In a cluster the tokens may lie on other nodes than the channel, so they
    /// are waited for: who hears of a change must not find the old one.
    pub(super) async fn deliver(&self, delivery: &Delivery) -> Result<(), NoAnswer> {
        if !self.is_cluster {
            return self.deliver_at_once(&delivery.tokens, &delivery.messages).await;
        }
        self.deliver_at_once(&delivery.tokens, &[]).await?;
        self.deliver_at_once(&[], &delivery.messages).await
    }

    async fn deliver_at_once(&self, tokens: &[(String, Token)], messages: &[String]) -> Result<(), NoAnswer> {
        if tokens.is_empty() && messages.is_empty() {
            return Ok(());
        }
        let ask = async |pipeline: &Pipeline<Client>| {
            for (name, token) in tokens {
                pipeline.set::<(), _, _>(name, token.as_bytes(), Some(TOKEN_TTL), None, false).await?;
            }
            for message in messages {
                pipeline.publish::<(), _, _>(names::CHANNEL, message.as_str()).await?;
            }
            Ok(tokens.len() + messages.len())
        };
        self.ask(BACKGROUND_LIMIT, &self.counters.background_commands, ask).await.and_then(all_good)
    }

    /// Sends one message, a heartbeat.
    pub(super) async fn publish(&self, message: &str) -> Result<(), NoAnswer> {
        let ask =
            async |pipeline: &Pipeline<Client>| pipeline.publish::<(), _, _>(names::CHANNEL, message).await.map(|()| 1);
        self.ask(HEARTBEAT_LIMIT, &self.counters.background_commands, ask).await.and_then(all_good)
    }

    /// Whether Redis takes a write within the time that a read has, by each client that is connected; in a cluster, whether all of
    /// its nodes do. A client whose connection has died without a word is found so, too.
    pub(super) async fn probe(&self) -> Result<(), NoAnswer> {
        if !self.is_connected() {
            self.breaker.disconnected();
            return Err(NoAnswer);
        }
        let probes = names::probes(if self.is_cluster { PROBES_IN_CLUSTER } else { 1 });
        let mut answer = Ok(());
        for (number, client) in self.connected() {
            let ask = async |pipeline: &Pipeline<Client>| {
                for name in &probes {
                    let expires = Some(Expiration::EX(60));
                    pipeline.set::<(), _, _>(name, self.instance.as_str(), expires, None, false).await?;
                }
                Ok(probes.len())
            };
            let asked = self.ask_at((number, client), REQUEST_LIMIT, &self.counters.background_commands, ask);
            let taken = asked.await.and_then(all_good);
            if taken.is_ok() {
                self.all_answered(number);
            }
            answer = answer.and(taken);
        }
        answer
    }

    /// Something that is no token lies under a tag's key; a new token takes its place.
    fn tokens_repair(&self, tags: &[Tag], tokens: &[Option<Token>]) {
        if let Some((all, of_tags)) = tokens.split_first() {
            if all.is_none() {
                self.outbox.add_all(false);
            }
            let broken = tags.iter().zip(of_tags).filter(|(_, token)| token.is_none()).map(|(tag, _)| *tag);
            self.outbox.add(broken, false);
        }
    }

    pub(super) async fn ask_for_request<F>(&self, begun: Instant, fill: F) -> Option<Answers>
    where
        F: AsyncFnOnce(&Pipeline<Client>) -> Result<usize, Error>,
    {
        // The breaker may have opened since this read began.
        if !self.breaker.is_closed() {
            return None;
        }
        let limit = REQUEST_LIMIT.checked_sub(begun.elapsed())?;
        self.ask(limit, &self.counters.commands, fill).await.ok()
    }

    /// Sends a pipeline and returns its answers, as many as commands. Answers of a server that cannot work now, errors of
    /// the connection and time-outs go to the breaker.
    pub(super) async fn ask(
        &self,
        limit: Duration,
        counter: &Counter,
        fill: impl AsyncFnOnce(&Pipeline<Client>) -> Result<usize, Error>,
    ) -> Result<Answers, NoAnswer> {
        let Some(client) = self.client() else {
            self.breaker.disconnected();
            return Err(NoAnswer);
        };
        self.ask_at(client, limit, counter, fill).await
    }

    async fn ask_at(
        &self,
        (number, client): (usize, &Client),
        limit: Duration,
        counter: &Counter,
        fill: impl AsyncFnOnce(&Pipeline<Client>) -> Result<usize, Error>,
    ) -> Result<Answers, NoAnswer> {
        let pipeline = client.pipeline();
        // Filling only queues: it cannot fail, and takes no time.
        let Ok(count) = fill(&pipeline).await else { return Err(self.failed(&self.counters.errors)) };
        counter.add(count);
        let Ok(results) = timeout(limit, pipeline.try_all::<Value>()).await else {
            self.silent(number, Instant::now());
            return Err(self.failed(&self.counters.timeouts));
        };
        self.answered(number);
        let cannot_work = |result: &Result<Value, Error>| {
            result.as_ref().is_err_and(|error| !matches!(error.kind(), ErrorKind::InvalidArgument))
        };
        if results.len() != count || results.iter().any(cannot_work) {
            return Err(self.failed(&self.counters.errors));
        }
        Ok(results)
    }

    fn failed(&self, counter: &Counter) -> NoAnswer {
        counter.add_one();
        self.breaker.failure(Instant::now());
        NoAnswer
    }
}

fn token_of(result: &Result<Value, Error>) -> Option<Token> {
    result.as_ref().ok().and_then(Value::as_bytes).and_then(Token::read)
}

fn all_good(results: Answers) -> Result<(), NoAnswer> {
    if results.iter().all(Result::is_ok) { Ok(()) } else { Err(NoAnswer) }
}

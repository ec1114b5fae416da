//! What a cache asks of Redis, and gives to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cache::Cache;
use crate::redis::{self, Answer, Framed, Link, Store};
use crate::{CacheKey, Known, Lookup, Tag, Ticket};

impl<K: CacheKey> Cache<K> {
    /// What Redis knows. If it is asked for a load, the tags get tokens where they have none, so that the value can go there.
    pub(crate) async fn beyond(&self, key: &K, for_load: bool) -> Lookup<K> {
        let mut ticket = self.ticket(key);
        let counters = &self.kind().counters;
        match self.redis_ask(&mut ticket, for_load).await {
            Some((known, left)) => {
                counters.redis_hits.add_one();
                if known.is_none() {
                    counters.negative_hits.add_one();
                }
                // With the stamp from before the question, and only for the rest of its life.
                self.keep_in_process(ticket, known.clone(), left);
                Lookup::Known(known)
            }
            None => {
                counters.misses.add_one();
                Lookup::Unknown(ticket)
            }
        }
    }

    /// The tokens of a load that is made without a lookup.
    pub(crate) async fn redis_tokens(&self, ticket: &mut Ticket<K>) {
        if let Some(link) = self.redis_link(ticket) {
            ticket.tokens = link.tokens_ensure(&tags_of(&ticket.key), Instant::now()).await;
        }
    }

    /// Stores a value in the background.
    pub(crate) fn redis_store(&self, ticket: &Ticket<K>, value: Option<&K::Value>, ttl: Duration) {
        let (Some(link), Some(tokens)) = (&self.kind().shared.link, &ticket.tokens) else { return };
        // A value that is too large for Redis is kept in this process only.
        if let Ok(bytes) = redis::encode(K::VERSION, tokens, value) {
            link.store_later(Store::Value { name: redis::value_name(&ticket.key), bytes, ttl });
        }
    }

    pub(crate) fn redis_forget(&self, key: &K) {
        if let Some(link) = &self.kind().shared.link {
            link.store_later(Store::Nothing { name: redis::value_name(key) });
        }
    }

    async fn redis_ask(&self, ticket: &mut Ticket<K>, for_load: bool) -> Option<(Known<K::Value>, Duration)> {
        let link = self.redis_link(ticket)?;
        let (begun, tags) = (Instant::now(), tags_of(&ticket.key));
        let answer = link.read(&redis::value_name(&ticket.key), &tags, begun).await?;
        if let Some(found) = self.redis_read(&answer) {
            return Some(found);
        }
        ticket.tokens = answer.tokens.into_iter().collect();
        if for_load && ticket.tokens.is_none() {
            ticket.tokens = link.tokens_ensure(&tags, begun).await;
        }
        None
    }

    fn redis_read(&self, answer: &Answer) -> Option<(Known<K::Value>, Duration)> {
        let framed =
            answer.value.as_ref().map(|(bytes, left)| (redis::decode(K::VERSION, &answer.tokens, bytes), *left));
        match framed {
            Some((Framed::Current(value), left)) => return Some((value.map(Arc::new), left)),
            Some((Framed::Garbage, _)) => self.kind().counters.garbage.add_one(),
            None if answer.garbage => self.kind().counters.garbage.add_one(),
            Some((Framed::Ended, _)) | None => {}
        }
        None
    }

    /// The link, if what it says of the ticket's key can be trusted. The ticket's stamp is older than this look: an
    /// invalidation that is not in the stamp is seen here, or ends the stamp.
    fn redis_link(&self, ticket: &Ticket<K>) -> Option<&Arc<Link>> {
        let shared = &self.kind().shared;
        let link = shared.link.as_ref()?;
        let trusted = shared.freshness.trusts_redis(K::TRUST, Instant::now()) && link.serves(ticket.stamp.slots());
        trusted.then_some(link)
    }
}

fn tags_of<K: CacheKey>(key: &K) -> Vec<Tag> {
    key.tags().into_iter().collect()
}

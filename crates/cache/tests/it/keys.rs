//! Keys to test with.

use std::fmt;
use std::time::Duration;

use ofektom_cache::{CacheKey, Tag, Trust};
use serde::{Deserialize, Serialize};

/// What the database of a test holds: a number that only grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub written: u64,
    pub text: String,
}

impl Row {
    pub fn new(written: u64) -> Self {
        Self { written, text: "x".repeat(20) }
    }
}

/// Money: depends on pushes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Card(pub u128);

/// Identity: depends on the change feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User(pub u128);

/// Lives for as long as it says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Brief {
    pub id: u128,
    pub ttl_ms: u64,
}

pub fn card_tag(id: u128) -> Tag {
    Tag::new("card", id)
}

pub fn user_tag(id: u128) -> Tag {
    Tag::new("user", id)
}

pub fn business_tag() -> Tag {
    Tag::new("business", 1)
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl CacheKey for Card {
    const KIND: &'static str = "card";
    const VERSION: u8 = 3;
    const TRUST: Trust = Trust::Pushed;
    type Value = Row;

    fn ttl(&self, _row: &Row) -> Duration {
        Duration::from_secs(60)
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [card_tag(self.0), business_tag()]
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl CacheKey for User {
    const KIND: &'static str = "user";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = Row;

    fn ttl(&self, _row: &Row) -> Duration {
        Duration::from_secs(60)
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [user_tag(self.0)]
    }
}

impl fmt::Display for Brief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.id)
    }
}

impl CacheKey for Brief {
    const KIND: &'static str = "brief";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = Row;

    fn ttl(&self, _row: &Row) -> Duration {
        Duration::from_millis(self.ttl_ms)
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [card_tag(self.id)]
    }
}

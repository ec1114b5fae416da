//! The kinds of copies of businesses, cards and names.

use std::fmt;
use std::time::Duration;

use ofektom_cache::{CacheKey, Tag, Trust};
use ofektom_domain::business::Business;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;
use uuid::Uuid;

use super::cards::{CardPlace, CardSchedule};
use super::tags::{business_tag, card_tag, cards_of_tag};
use ofektom_auth::user_tag;

/// How long copies of what rarely changes live.
const RARELY: Duration = Duration::from_secs(10 * 60);

/// How long a copy of a card lives: the bound for changes that nobody could tell of.
pub(super) const MONEY: Duration = Duration::from_secs(5);

/// A business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BusinessKey(pub BusinessId);

impl CacheKey for BusinessKey {
    const KIND: &'static str = "business";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = Business;

    fn ttl(&self, _business: &Business) -> Duration {
        RARELY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [business_tag(self.0)]
    }
}

impl fmt::Display for BusinessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a card belongs. That never changes, so nothing ends it but "everything".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CardPlaceKey(pub SavingsAccountId);

impl CacheKey for CardPlaceKey {
    const KIND: &'static str = "card_place";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = CardPlace;

    fn ttl(&self, _place: &CardPlace) -> Duration {
        RARELY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        []
    }
}

impl fmt::Display for CardPlaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The card with a number. A business gives a number once, and it is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NumberKey {
    pub business: BusinessId,
    pub number: TrackingNumber,
}

impl CacheKey for NumberKey {
    const KIND: &'static str = "card_number";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = SavingsAccountId;

    fn ttl(&self, _card: &SavingsAccountId) -> Duration {
        RARELY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        []
    }
}

impl fmt::Display for NumberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.business, self.number)
    }
}

/// A card, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CardKey {
    pub business: BusinessId,
    pub card: SavingsAccountId,
}

impl CacheKey for CardKey {
    const KIND: &'static str = "card";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = SavingsAccount;

    fn ttl(&self, _card: &SavingsAccount) -> Duration {
        MONEY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [card_tag(self.card), cards_of_tag(self.business)]
    }
}

impl fmt::Display for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.business, self.card)
    }
}

/// A card with its schedule, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScheduleKey(pub CardKey);

impl CacheKey for ScheduleKey {
    const KIND: &'static str = "card_schedule";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = CardSchedule;

    fn ttl(&self, _schedule: &CardSchedule) -> Duration {
        MONEY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        self.0.tags()
    }
}

impl fmt::Display for ScheduleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NamedKind {
    Person,
    Unit,
    Card,
}

/// The name of a person, unit or card, for whoever may read a business: people who never belonged to it have none there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameKey {
    pub business: BusinessId,
    pub kind: NamedKind,
    pub id: Uuid,
}

impl CacheKey for NameKey {
    const KIND: &'static str = "name";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = String;

    fn ttl(&self, _name: &String) -> Duration {
        RARELY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        match self.kind {
            NamedKind::Person => Some(user_tag(self.id.into())),
            NamedKind::Unit => Some(super::tags::unit_tag(self.id.into())),
            // The number on a card is for ever.
            NamedKind::Card => None,
        }
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.business, self.id)
    }
}

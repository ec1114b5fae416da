//! The kinds of copies that authentication keeps, and the tags that end them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ofektom_cache::{CacheKey, Tag, Trust};
use ofektom_domain::business::Membership;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::User;
use serde::{Deserialize, Serialize};

use crate::access_token::ACCESS_TOKEN_SECONDS;

/// How long a copy of a person lives.
const USER_TTL: Duration = Duration::from_secs(5 * 60);

/// How long a copy of a person's memberships lives.
const MEMBERSHIPS_TTL: Duration = Duration::from_secs(10 * 60);

/// The tag of a session: invalidated when it ends.
#[must_use]
pub const fn session_tag(session: SessionId) -> Tag {
    Tag::new("session", session.uuid().as_u128())
}

/// The tag of a person: invalidated when he, his secret, a membership of his or all of his sessions change.
#[must_use]
pub const fn user_tag(user: UserId) -> Tag {
    Tag::new("user", user.uuid().as_u128())
}

/// A session, by what its tokens state: both ids, so that what ends all sessions of a person ends this copy too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
}

/// What is kept of a session that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLife {
    /// When it ends, unless it is refreshed before.
    pub expires_at: Timestamp,
}

impl CacheKey for SessionKey {
    const KIND: &'static str = "session";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = SessionLife;

    /// As long as an access token: whoever comes later comes with another one.
    fn ttl(&self, _life: &SessionLife) -> Duration {
        Duration::from_secs(ACCESS_TOKEN_SECONDS.unsigned_abs())
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [session_tag(self.session), user_tag(self.user)]
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.session, self.user)
    }
}

/// A person, without his secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserKey(pub UserId);

impl CacheKey for UserKey {
    const KIND: &'static str = "user";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = User;

    fn ttl(&self, _user: &User) -> Duration {
        USER_TTL
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [user_tag(self.0)]
    }
}

impl fmt::Display for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person's memberships, of any status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MembershipsKey(pub UserId);

impl CacheKey for MembershipsKey {
    const KIND: &'static str = "memberships";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Fed;
    type Value = Arc<[Membership]>;

    fn ttl(&self, _memberships: &Arc<[Membership]>) -> Duration {
        MEMBERSHIPS_TTL
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [user_tag(self.0)]
    }
}

impl fmt::Display for MembershipsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

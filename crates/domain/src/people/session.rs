//! Sign-ins: sessions with rotating refresh tokens, activation tokens, counters of failed attempts.

use std::net::IpAddr;

use jiff::Timestamp;

use super::User;
use crate::business::Membership;
use crate::ids::{SessionId, UserId};

/// SHA-256 of a random token. Tokens themselves are never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// One sign-in of a person on one device. Access tokens name it; when it ends, they are worth nothing at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When a token was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// From where the person signed in.
    pub address: Option<IpAddr>,
    /// What the client calls itself, at most 200 characters.
    pub user_agent: Option<String>,
}

/// A refresh token of a session. Each is used once; using it again ends the session (RFC 9700, section 4.14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The token's hash.
    pub hash: TokenHash,
    /// The session (family) it belongs to.
    pub session_id: SessionId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// A live session with its person and his memberships: all that authentication needs, in one read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionIdentity {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// His memberships, of any status.
    pub memberships: Vec<Membership>,
}

/// A single-use token by which a person who was registered by someone else sets his own secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The token's hash.
    pub hash: TokenHash,
    /// Whom it activates.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// Failed sign-ins of one phone number since its last success. Unknown numbers are counted like known ones, so that
/// the count tells nobody who has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInAttempts {
    /// How many failed in a row.
    pub failed: u32,
    /// When the last one failed.
    pub last_failed_at: Timestamp,
    /// Until when every attempt is refused, if so.
    pub locked_until: Option<Timestamp>,
}

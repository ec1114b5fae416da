//! Sign-ins.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::ids::{NotificationId, SessionId, UserId};
use crate::people::{RefreshToken, Session, SessionIdentity, SignInAttempts, Suspicion, TokenHash};

/// What became of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// It was good: it is used up, and the new one is stored.
    Rotated(Box<SessionIdentity>),
    /// It had been used before: its session has been ended, for one of the two users is a thief.
    Reused(SessionId),
    /// It is unknown or too old, or its session has ended.
    Invalid,
}

/// A session to add.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// Its first refresh token.
    pub refresh: RefreshToken,
    /// The key of the failed attempts that are forgotten.
    pub attempts_key: TokenHash,
    /// How many attempts failed before, since the last success.
    pub failed_before: u32,
    /// The audit row.
    pub audit: AuditRow,
    /// The audit row for the case that it is suspicious. The store adds why.
    pub suspicious_audit: AuditRow,
    /// The id of what the person is told in that case.
    pub suspicious_notification: NotificationId,
}

/// Stores sessions, refresh tokens and failed attempts.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session with its first refresh token, and forgets the failed attempts under its key. Tells what is suspicious
    /// about it, compared with the last 100 sessions of the person; then the second audit row is written, too, and the person
    /// is told by [`crate::people::suspicion_notify`].
    async fn session_create(&self, new: NewSession) -> StoreResult<Option<Suspicion>>;

    /// A live session with its person and memberships: one read. `None` when it has ended or is too old, or the person
    /// may not sign in.
    async fn session_identity(&self, id: SessionId, now: Timestamp) -> StoreResult<Option<SessionIdentity>>;

    /// Uses up the token `old` and stores `new`, made now and valid until `expires_at`, in its place. A token that was
    /// used before ends its session; `reuse_audit` is the row of that, in which the store names the session as the entity.
    async fn refresh_rotate(
        &self,
        old: TokenHash,
        new: TokenHash,
        now: Timestamp,
        expires_at: Timestamp,
        reuse_audit: AuditRow,
    ) -> StoreResult<RefreshOutcome>;

    /// Ends one session of a person. `NotFound` when it is not his or has ended.
    async fn session_end(&self, user: UserId, id: SessionId, audit: AuditRow) -> StoreResult<()>;

    /// Ends all sessions of a person; tells how many.
    async fn sessions_end_all(&self, user: UserId, audit: AuditRow) -> StoreResult<u64>;

    /// The live sessions of a person, newest first, at most 100.
    async fn sessions_list(&self, user: UserId, now: Timestamp) -> StoreResult<Vec<Session>>;

    /// Failed attempts under a key (a keyed hash of a phone number).
    async fn attempts_read(&self, key: TokenHash) -> StoreResult<Option<SignInAttempts>>;

    /// Counts one more failed attempt under a key and tells the new state. `decide` makes the state after from the state
    /// before; `lock_audit` is written when the attempt locks the key.
    async fn attempts_fail(
        &self,
        key: TokenHash,
        decide: fn(Option<SignInAttempts>, Timestamp) -> SignInAttempts,
        now: Timestamp,
        lock_audit: AuditRow,
    ) -> StoreResult<SignInAttempts>;

    /// Writes the audit row of a locked address. Addresses are counted outside the store.
    async fn address_lock_audit(&self, audit: AuditRow) -> StoreResult<()>;
}

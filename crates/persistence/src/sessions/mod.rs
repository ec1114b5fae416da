//! Sign-ins: sessions, rotating refresh tokens, counters of failed attempts.

mod attempts;
mod create;
mod end;
mod identity;
mod refresh;
mod row;
mod write;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{Session, SessionIdentity, SignInAttempts, Suspicion, TokenHash};
use ofektom_domain::ports::{NewSession, RefreshOutcome, SessionStore, StoreResult};

use crate::engine::Db;

pub(crate) use attempts::attempts_forget_in_tx;
pub(crate) use end::sessions_end_in_tx;

/// The sign-ins of the platform.
#[derive(Clone, Debug)]
pub struct Sessions {
    db: Db,
}

impl Sessions {
    /// Sign-ins in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn session_create(&self, new: NewSession) -> StoreResult<Option<Suspicion>> {
        create::session_create(&self.db, new).await
    }

    async fn session_identity(&self, id: SessionId, now: Timestamp) -> StoreResult<Option<SessionIdentity>> {
        identity::session_identity(&self.db, id, now).await
    }

    async fn refresh_rotate(
        &self,
        old: TokenHash,
        new: TokenHash,
        now: Timestamp,
        expires_at: Timestamp,
        reuse_audit: AuditRow,
    ) -> StoreResult<RefreshOutcome> {
        refresh::refresh_rotate(&self.db, (old, new), now, expires_at, reuse_audit).await
    }

    async fn session_end(&self, user: UserId, id: SessionId, audit: AuditRow) -> StoreResult<()> {
        end::session_end(&self.db, user, id, audit).await
    }

    async fn sessions_end_all(&self, user: UserId, audit: AuditRow) -> StoreResult<u64> {
        end::sessions_end_all(&self.db, user, audit).await
    }

    async fn sessions_list(&self, user: UserId, now: Timestamp) -> StoreResult<Vec<Session>> {
        identity::sessions_list(&self.db, user, now).await
    }

    async fn attempts_read(&self, key: TokenHash) -> StoreResult<Option<SignInAttempts>> {
        attempts::attempts_read(&self.db, key).await
    }

    async fn attempts_fail(
        &self,
        key: TokenHash,
        decide: fn(Option<SignInAttempts>, Timestamp) -> SignInAttempts,
        now: Timestamp,
        lock_audit: AuditRow,
    ) -> StoreResult<SignInAttempts> {
        attempts::attempts_fail(&self.db, key, decide, now, lock_audit).await
    }

    async fn address_lock_audit(&self, audit: AuditRow) -> StoreResult<()> {
        attempts::address_lock_audit(&self.db, audit).await
    }
}

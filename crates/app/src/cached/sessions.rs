//! Sessions that end.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_auth::{session_tag, user_tag};
use ofektom_cache::Caches;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{Session, SessionIdentity, SignInAttempts, Suspicion, TokenHash};
use ofektom_domain::ports::{NewSession, RefreshOutcome, SessionStore, StoreResult};

use super::after::ending;

/// Ends the copies of sessions that end. What is read is for authentication to keep.
pub(super) struct CachedSessions {
    store: Arc<dyn SessionStore>,
    caches: Caches,
}

impl CachedSessions {
    pub fn new(store: Arc<dyn SessionStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl SessionStore for CachedSessions {
    async fn session_create(&self, new: NewSession) -> StoreResult<Option<Suspicion>> {
        self.store.session_create(new).await
    }

    async fn session_identity(&self, id: SessionId, now: Timestamp) -> StoreResult<Option<SessionIdentity>> {
        self.store.session_identity(id, now).await
    }

    async fn refresh_rotate(
        &self,
        old: TokenHash,
        new: TokenHash,
        now: Timestamp,
        expires_at: Timestamp,
        reuse_audit: AuditRow,
    ) -> StoreResult<RefreshOutcome> {
        let store = Arc::clone(&self.store);
        let change = async move { store.refresh_rotate(old, new, now, expires_at, reuse_audit).await };
        ending(&self.caches, change, |outcome| match outcome {
            Some(RefreshOutcome::Reused(session)) => vec![session_tag(*session)],
            // A session that lives longer is found to do so by whoever thinks it too old.
            Some(RefreshOutcome::Rotated(_) | RefreshOutcome::Invalid) | None => Vec::new(),
        })
        .await
    }

    async fn session_end(&self, user: UserId, id: SessionId, audit: AuditRow) -> StoreResult<()> {
        let store = Arc::clone(&self.store);
        let change = async move { store.session_end(user, id, audit).await };
        ending(&self.caches, change, move |_| vec![session_tag(id)]).await
    }

    async fn sessions_end_all(&self, user: UserId, audit: AuditRow) -> StoreResult<u64> {
        let store = Arc::clone(&self.store);
        let change = async move { store.sessions_end_all(user, audit).await };
        ending(&self.caches, change, move |_| vec![user_tag(user)]).await
    }

    async fn sessions_list(&self, user: UserId, now: Timestamp) -> StoreResult<Vec<Session>> {
        self.store.sessions_list(user, now).await
    }

    async fn attempts_read(&self, key: TokenHash) -> StoreResult<Option<SignInAttempts>> {
        self.store.attempts_read(key).await
    }

    async fn attempts_fail(
        &self,
        key: TokenHash,
        decide: fn(Option<SignInAttempts>, Timestamp) -> SignInAttempts,
        now: Timestamp,
        lock_audit: AuditRow,
    ) -> StoreResult<SignInAttempts> {
        self.store.attempts_fail(key, decide, now, lock_audit).await
    }

    async fn address_lock_audit(&self, audit: AuditRow) -> StoreResult<()> {
        self.store.address_lock_audit(audit).await
    }
}

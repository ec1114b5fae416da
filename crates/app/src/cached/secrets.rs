//! Secrets that change.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_auth::user_tag;
use ofektom_cache::Caches;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::SecretCode;
use ofektom_domain::ports::{ResetOutcome, SecretChange, SecretReset, SecretStore, StoreResult};

use super::after::ending;

/// Ends the copies of whoever changes his secret, his sessions among them.
pub(super) struct CachedSecrets {
    store: Arc<dyn SecretStore>,
    caches: Caches,
}

impl CachedSecrets {
    pub fn new(store: Arc<dyn SecretStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl SecretStore for CachedSecrets {
    async fn secret_change(&self, change: SecretChange) -> StoreResult<u64> {
        let (store, user) = (Arc::clone(&self.store), change.user_id);
        ending(&self.caches, async move { store.secret_change(change).await }, move |_| vec![user_tag(user)]).await
    }

    async fn secret_code_replace(&self, code: SecretCode, audit: AuditRow) -> StoreResult<()> {
        self.store.secret_code_replace(code, audit).await
    }

    async fn secret_reset(&self, reset: SecretReset) -> StoreResult<ResetOutcome> {
        let store = Arc::clone(&self.store);
        ending(&self.caches, async move { store.secret_reset(reset).await }, |outcome| match outcome {
            Some(ResetOutcome::Done(user)) => vec![user_tag(*user)],
            Some(ResetOutcome::Rejected | ResetOutcome::PassphraseNeeded) | None => Vec::new(),
        })
        .await
    }
}

//! Changing and resetting secrets.

mod change;
mod code;
mod reset;

use async_trait::async_trait;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::SecretCode;
use ofektom_domain::ports::{ResetOutcome, SecretChange, SecretReset, SecretStore, StoreResult};

use crate::engine::Db;

pub(crate) use code::secret_code_of_user_delete_in_tx;

/// The secrets of all people, and their reset codes.
#[derive(Clone, Debug)]
pub struct Secrets {
    db: Db,
}

impl Secrets {
    /// Secrets in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SecretStore for Secrets {
    async fn secret_change(&self, change: SecretChange) -> StoreResult<u64> {
        change::secret_change(&self.db, change).await
    }

    async fn secret_code_replace(&self, code: SecretCode, audit: AuditRow) -> StoreResult<()> {
        code::secret_code_replace(&self.db, code, audit).await
    }

    async fn secret_reset(&self, reset: SecretReset) -> StoreResult<ResetOutcome> {
        reset::secret_reset(&self.db, reset).await
    }
}

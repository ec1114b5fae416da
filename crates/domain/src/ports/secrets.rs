//! Changing and resetting secrets.

use async_trait::async_trait;

use super::{SecretHash, StoreResult};
use crate::audit::AuditRow;
use crate::ids::{SessionId, UserId};
use crate::people::{CredentialKind, SecretCode, TokenHash};

/// A person's new secret in place of one that he knows.
#[derive(Clone, Debug)]
pub struct SecretChange {
    /// The person.
    pub user_id: UserId,
    /// The hash of the secret that was verified.
    pub old: SecretHash,
    /// The hash of the new one.
    pub new: SecretHash,
    /// What the new one is.
    pub credential: CredentialKind,
    /// The session that goes on. All others end.
    pub kept: SessionId,
    /// The key of his phone number, under which failed attempts and a reset code may stand. Both are forgotten.
    pub key: TokenHash,
    /// The audit row.
    pub audit: AuditRow,
}

/// A new secret in place of a forgotten one.
#[derive(Clone, Debug)]
pub struct SecretReset {
    /// The key of the phone number.
    pub key: TokenHash,
    /// The keyed hash of the code that is offered.
    pub offered: TokenHash,
    /// The hash of the new secret.
    pub new: SecretHash,
    /// What the new one is.
    pub credential: CredentialKind,
    /// The audit row of a reset. The store names the person in it, as actor and entity.
    pub audit: AuditRow,
}

/// What became of a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetOutcome {
    /// The person has his new secret; the code is used up, his sessions have ended, his failed attempts are forgotten.
    Done(UserId),
    /// There is no code, or another, or it is too old or was tried too often.
    Rejected,
    /// The code is right, and stays: the person has a passphrase, and the new secret is a PIN.
    PassphraseNeeded,
}

/// Stores secrets and reset codes.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Replaces a secret and ends the person's other sessions; tells how many. `NotFound` when the secret is another
    /// meanwhile.
    async fn secret_change(&self, change: SecretChange) -> StoreResult<u64>;

    /// Stores a reset code in place of the one of the same key, and forgets codes that have been worthless for a day.
    async fn secret_code_replace(&self, code: SecretCode, audit: AuditRow) -> StoreResult<()>;

    /// Replaces a secret when the offered code is right; a wrong one is counted. Of tries at the same time each is counted,
    /// and one at most is right.
    async fn secret_reset(&self, reset: SecretReset) -> StoreResult<ResetOutcome>;
}

//! Customers' bank accounts.

use async_trait::async_trait;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::ids::{BankAccountId, UserId};
use crate::people::BankAccount;

/// Stores bank accounts. A person has at most 10, and at most one default.
#[async_trait]
pub trait BankAccountStore: Send + Sync {
    /// Adds a bank account. The first one of a person becomes the default and gets `changed_at` = `None` if he never had
    /// one before, removed ones included; a new default takes the place of the old one. `Conflict(BankAccount)` when he
    /// has the same details already.
    async fn bank_account_create(&self, account: BankAccount, audit: AuditRow) -> StoreResult<BankAccount>;

    /// A person's bank accounts, newest first.
    async fn bank_accounts_list(&self, user: UserId) -> StoreResult<Vec<BankAccount>>;

    /// One of a person's bank accounts.
    async fn bank_account_by_id(&self, user: UserId, id: BankAccountId) -> StoreResult<Option<BankAccount>>;

    /// Stores details, default and change instants as `account` has them. `NotFound` when it is not his.
    async fn bank_account_update(&self, account: BankAccount, audit: AuditRow) -> StoreResult<()>;

    /// Removes a bank account from the person's list; requests that were filed keep their details. When it was the
    /// default, [`BankAccount::default_after_removal`] takes its place, and the audit row tells which. `NotFound`.
    async fn bank_account_delete(&self, user: UserId, id: BankAccountId, audit: AuditRow) -> StoreResult<()>;
}

//! Customers' bank accounts.

use async_trait::async_trait;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::context::Context;
use crate::ids::{BankAccountId, UserId};
use crate::people::{BankAccount, BankDetailsChange};

/// Stores bank accounts. A person has at most 10, and at most one default.
///
/// A change for which payouts wait is told in its transaction by [`crate::people::bank_details_notify`]: to the person, and to
/// those who decide on payouts where he has open cards.
#[async_trait]
pub trait BankAccountStore: Send + Sync {
    /// Adds a bank account. The first one of a person becomes the default and gets `changed_at` = `None` if he never had
    /// one before, removed ones included; a new default takes the place of the old one. `Conflict(BankAccount)` when he
    /// has the same details already.
    async fn bank_account_create(
        &self,
        account: BankAccount,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<BankAccount>;

    /// A person's bank accounts, newest first.
    async fn bank_accounts_list(&self, user: UserId) -> StoreResult<Vec<BankAccount>>;

    /// One of a person's bank accounts.
    async fn bank_account_by_id(&self, user: UserId, id: BankAccountId) -> StoreResult<Option<BankAccount>>;

    /// Stores details, default and change instants as `account` has them; tells what payouts wait for, if they do.
    /// `NotFound` when it is not his.
    async fn bank_account_update(
        &self,
        account: BankAccount,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<Option<BankDetailsChange>>;

    /// Removes a bank account from the person's list; requests that were filed keep their details. When it was the
    /// default, [`BankAccount::default_after_removal`] takes its place: it is given, and the audit row tells which. `NotFound`.
    async fn bank_account_delete(
        &self,
        user: UserId,
        id: BankAccountId,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<Option<BankAccount>>;
}

//! Customers' bank accounts: where payouts go.

mod announce;
mod create;
mod read;
mod row;
mod update;

use async_trait::async_trait;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BankAccountId, UserId};
use ofektom_domain::people::{BankAccount, BankDetailsChange};
use ofektom_domain::ports::{BankAccountStore, StoreResult};

use crate::engine::Db;

pub(crate) use read::bank_account_by_id_on;

/// The bank accounts of all people.
#[derive(Clone, Debug)]
pub struct BankAccounts {
    db: Db,
}

impl BankAccounts {
    /// Bank accounts in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl BankAccountStore for BankAccounts {
    async fn bank_account_create(
        &self,
        account: BankAccount,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<BankAccount> {
        create::bank_account_create(&self.db, account, context.clone(), audit).await
    }

    async fn bank_accounts_list(&self, user: UserId) -> StoreResult<Vec<BankAccount>> {
        read::bank_accounts_list(&self.db, user).await
    }

    async fn bank_account_by_id(&self, user: UserId, id: BankAccountId) -> StoreResult<Option<BankAccount>> {
        read::bank_account_by_id(&self.db, user, id).await
    }

    async fn bank_account_update(
        &self,
        account: BankAccount,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<Option<BankDetailsChange>> {
        update::bank_account_update(&self.db, account, context.clone(), audit).await
    }

    async fn bank_account_delete(
        &self,
        user: UserId,
        id: BankAccountId,
        context: &Context,
        audit: AuditRow,
    ) -> StoreResult<Option<BankAccount>> {
        update::bank_account_delete(&self.db, (user, id), context.clone(), audit).await
    }
}

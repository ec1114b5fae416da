//! Savings accounts: opening, changing, reading and locking them.

mod lock;
mod lock_lite;
mod read;
mod row;
mod scope;
mod update_lite;
mod write;

use async_trait::async_trait;
use ofektom_domain::contribution::Marking;
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ChangeSavings, ReadScope, SavingsFilter, SavingsStore, StoreResult};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;

use crate::engine::Db;

pub(crate) use lock::{CardKey, card_lock_in_tx, cards_by_tracking_on, cards_lock_in_tx, cards_lock_pg};
pub(crate) use lock_lite::cards_by_keys;
pub(crate) use row::{CardChange, CardRow};
pub(crate) use scope::Reach;
pub(crate) use update_lite::CardUpdate;

/// The cards of all businesses.
#[derive(Clone, Debug)]
pub struct Savings {
    db: Db,
}

impl Savings {
    /// Cards in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SavingsStore for Savings {
    async fn savings_open(&self, account: SavingsAccount, effects: Effects) -> StoreResult<()> {
        write::savings_open(&self.db, account, effects).await
    }

    async fn savings_change(&self, command: ChangeSavings) -> StoreResult<SavingsAccount> {
        write::savings_change(&self.db, command).await
    }

    async fn savings_by_id(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<SavingsAccount>> {
        read::savings_by_id(&self.db, scope, id).await
    }

    async fn savings_by_keys(&self, keys: Vec<(BusinessId, SavingsAccountId)>) -> StoreResult<Vec<SavingsAccount>> {
        read::savings_by_keys(&self.db, keys).await
    }

    async fn savings_by_tracking(
        &self,
        scope: &ReadScope,
        number: TrackingNumber,
    ) -> StoreResult<Option<SavingsAccount>> {
        read::savings_by_tracking(&self.db, scope, number).await
    }

    async fn savings_list(
        &self,
        scope: &ReadScope,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> StoreResult<Page<SavingsAccount>> {
        read::savings_list(&self.db, scope, filter.clone(), page).await
    }

    async fn markings_of(&self, business: BusinessId, card: SavingsAccountId) -> StoreResult<Vec<Marking>> {
        read::markings_of(&self.db, business, card).await
    }
}

//! Imports of customers and cards: keeping, claiming, and carrying them out in one transaction.

mod apply;
mod apply_lite;
mod apply_pg;
mod claim;
mod create;
mod finish;
mod known;
mod row;
mod waiting;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ImportId, ImportRunId, UnitId};
use ofektom_domain::import::{Import, ImportCounts, KnownPerson, RowError};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{ApplyImport, ClaimedImport, ImportStore, ImportTurn, NewImport, StoreResult};

use crate::engine::Db;

/// The imports of all businesses.
#[derive(Clone, Debug)]
pub struct Imports {
    db: Db,
}

impl Imports {
    /// Imports in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ImportStore for Imports {
    async fn import_create(&self, new: NewImport, idempotency: Idempotency<Import>) -> StoreResult<Answer<Import>> {
        create::import_create(&self.db, new, idempotency).await
    }

    async fn import_by_id(&self, business: BusinessId, id: ImportId) -> StoreResult<Option<Import>> {
        create::import_by_id(&self.db, business, id).await
    }

    async fn imports_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Import>> {
        create::imports_list(&self.db, business, page).await
    }

    async fn import_known(
        &self,
        business: BusinessId,
        phones: &[PhoneNumber],
    ) -> StoreResult<Vec<(PhoneNumber, KnownPerson)>> {
        known::import_known(&self.db, business, phones.to_vec()).await
    }

    async fn import_units(&self, business: BusinessId) -> StoreResult<Vec<(String, UnitId)>> {
        known::import_units(&self.db, business).await
    }

    async fn import_claim(
        &self,
        run: ImportRunId,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> StoreResult<Option<ClaimedImport>> {
        claim::import_claim(&self.db, run, now, leased_until).await
    }

    async fn import_progress(&self, turn: ImportTurn, rows_done: u32, leased_until: Timestamp) -> StoreResult<()> {
        claim::import_progress(&self.db, turn, rows_done, leased_until).await
    }

    async fn import_apply(&self, apply: ApplyImport) -> StoreResult<ImportCounts> {
        apply::import_apply(&self.db, apply).await
    }

    async fn import_fail(&self, turn: ImportTurn, errors: Vec<RowError>, now: Timestamp) -> StoreResult<()> {
        finish::import_fail(&self.db, turn, errors, now).await
    }
}

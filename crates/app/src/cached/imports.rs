//! Imports: whom they make members.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_auth::user_tag;
use ofektom_cache::Caches;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ImportId, ImportRunId, UnitId};
use ofektom_domain::import::{Import, ImportCounts, KnownPerson, RowError};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{ApplyImport, ClaimedImport, ImportStore, ImportTurn, NewImport, StoreResult};

use super::after::ending;
use super::tags::books_tag;

/// Ends the copies of people whom an import makes members.
pub(super) struct CachedImports {
    store: Arc<dyn ImportStore>,
    caches: Caches,
}

impl CachedImports {
    pub fn new(store: Arc<dyn ImportStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl ImportStore for CachedImports {
    async fn import_create(&self, new: NewImport, idempotency: Idempotency<Import>) -> StoreResult<Answer<Import>> {
        self.store.import_create(new, idempotency).await
    }

    async fn import_by_id(&self, business: BusinessId, id: ImportId) -> StoreResult<Option<Import>> {
        self.store.import_by_id(business, id).await
    }

    async fn imports_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Import>> {
        self.store.imports_list(business, page).await
    }

    async fn import_known(
        &self,
        business: BusinessId,
        phones: &[PhoneNumber],
    ) -> StoreResult<Vec<(PhoneNumber, KnownPerson)>> {
        self.store.import_known(business, phones).await
    }

    async fn import_units(&self, business: BusinessId) -> StoreResult<Vec<(String, UnitId)>> {
        self.store.import_units(business).await
    }

    async fn import_claim(
        &self,
        run: ImportRunId,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> StoreResult<Option<ClaimedImport>> {
        self.store.import_claim(run, now, leased_until).await
    }

    async fn import_progress(&self, turn: ImportTurn, rows_done: u32, leased_until: Timestamp) -> StoreResult<()> {
        self.store.import_progress(turn, rows_done, leased_until).await
    }

    async fn import_apply(&self, apply: ApplyImport) -> StoreResult<ImportCounts> {
        let (store, writes, business) = (Arc::clone(&self.store), Arc::clone(&apply.writes), apply.turn.business_id);
        ending(&self.caches, async move { store.import_apply(apply).await }, move |_| {
            // Nobody has copies of people who are new.
            let new: BTreeSet<_> = writes.users.iter().map(|user| user.id).collect();
            let members = writes.memberships.iter().map(|membership| membership.user_id);
            let known = members.filter(|user| !new.contains(user)).map(user_tag);
            known.chain([books_tag(business)]).collect()
        })
        .await
    }

    async fn import_fail(&self, turn: ImportTurn, errors: Vec<RowError>, now: Timestamp) -> StoreResult<()> {
        self.store.import_fail(turn, errors, now).await
    }
}

//! Businesses, units and members that change; businesses that are read.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_auth::user_tag;
use ofektom_cache::{Cache, Caches, Lookup, Tag};
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{Business, BusinessChange, JoinCode, MemberChange, Membership, Unit};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{BusinessStore, Member, MemberFilter, NewBusiness, StoreResult};

use super::after::ending;
use super::keys::BusinessKey;
use super::tags::{ALL_NAMES, books_tag, business_tag, unit_tag};

/// Most businesses in this process.
const BUSINESSES_MAX: u64 = 10_000;

/// Keeps copies of businesses, which every permission asks for, and ends those of businesses, units and members that
/// change.
pub(super) struct CachedBusinesses {
    store: Arc<dyn BusinessStore>,
    caches: Caches,
    businesses: Cache<BusinessKey>,
}

impl CachedBusinesses {
    pub fn new(store: Arc<dyn BusinessStore>, caches: Caches) -> Self {
        Self { store, businesses: caches.cache(BUSINESSES_MAX), caches }
    }
}

/// Whoever joins, leaves or gets another role may appear in the sums of the business, or not any more.
fn of_member(business: BusinessId, user: UserId) -> Vec<Tag> {
    vec![user_tag(user), books_tag(business)]
}

#[async_trait]
impl BusinessStore for CachedBusinesses {
    async fn business_create(&self, new: NewBusiness) -> StoreResult<()> {
        let (store, business, owner) = (Arc::clone(&self.store), new.business.id, new.membership.user_id);
        let change = async move { store.business_create(new).await };
        ending(&self.caches, change, move |_| vec![business_tag(business), user_tag(owner)]).await
    }

    async fn business_by_id(&self, id: BusinessId) -> StoreResult<Option<Business>> {
        match self.businesses.lookup(&BusinessKey(id)).await {
            Lookup::Known(found) => Ok(found.map(|business| (*business).clone())),
            Lookup::Unknown(ticket) => {
                let found = self.store.business_by_id(id).await?;
                self.businesses.put(ticket, found.clone());
                Ok(found)
            }
        }
    }

    async fn business_by_code(&self, code: JoinCode) -> StoreResult<Option<Business>> {
        self.store.business_by_code(code).await
    }

    async fn businesses_by_ids(&self, ids: &[BusinessId]) -> StoreResult<Vec<Business>> {
        self.store.businesses_by_ids(ids).await
    }

    async fn business_update(
        &self,
        id: BusinessId,
        change: BusinessChange,
        context: &Context,
    ) -> StoreResult<Business> {
        let (store, context, renamed) = (Arc::clone(&self.store), context.clone(), change.name.is_some());
        let changed = async move { store.business_update(id, change, &context).await };
        let caches = self.caches.clone();
        ending(&self.caches, changed, move |done| {
            // Every copy of a membership has the name of its business, and nobody knows here whose they are.
            if renamed && done.is_some() {
                caches.invalidate_all();
            }
            vec![business_tag(id)]
        })
        .await
    }

    async fn join_code_renew(&self, id: BusinessId, code: JoinCode, context: &Context) -> StoreResult<Business> {
        let (store, context) = (Arc::clone(&self.store), context.clone());
        let change = async move { store.join_code_renew(id, code, &context).await };
        ending(&self.caches, change, move |_| vec![business_tag(id)]).await
    }

    async fn unit_create(&self, unit: Unit, audit: AuditRow) -> StoreResult<()> {
        let (store, id) = (Arc::clone(&self.store), unit.id);
        ending(&self.caches, async move { store.unit_create(unit, audit).await }, move |_| vec![unit_tag(id)]).await
    }

    async fn unit_by_id(&self, business: BusinessId, id: UnitId) -> StoreResult<Option<Unit>> {
        self.store.unit_by_id(business, id).await
    }

    async fn units_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Unit>> {
        self.store.units_list(business, page).await
    }

    async fn unit_update(&self, unit: Unit, audit: AuditRow) -> StoreResult<()> {
        let (store, id) = (Arc::clone(&self.store), unit.id);
        let change = async move { store.unit_update(unit, audit).await };
        ending(&self.caches, change, move |_| vec![unit_tag(id), ALL_NAMES]).await
    }

    async fn unit_delete(&self, business: BusinessId, id: UnitId, audit: AuditRow) -> StoreResult<()> {
        let store = Arc::clone(&self.store);
        let change = async move { store.unit_delete(business, id, audit).await };
        ending(&self.caches, change, move |_| vec![unit_tag(id), ALL_NAMES]).await
    }

    async fn membership_create(&self, membership: Membership, code: JoinCode, audit: AuditRow) -> StoreResult<()> {
        let (store, business, user) = (Arc::clone(&self.store), membership.business_id, membership.user_id);
        let change = async move { store.membership_create(membership, code, audit).await };
        ending(&self.caches, change, move |_| of_member(business, user)).await
    }

    async fn member_by_id(&self, business: BusinessId, user: UserId) -> StoreResult<Option<Member>> {
        self.store.member_by_id(business, user).await
    }

    async fn members_list(
        &self,
        business: BusinessId,
        filter: &MemberFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Member>> {
        self.store.members_list(business, filter, page).await
    }

    async fn membership_update(
        &self,
        business: BusinessId,
        user: UserId,
        change: MemberChange,
        context: &Context,
    ) -> StoreResult<Member> {
        let (store, context) = (Arc::clone(&self.store), context.clone());
        let changed = async move { store.membership_update(business, user, change, &context).await };
        ending(&self.caches, changed, move |_| of_member(business, user)).await
    }

    async fn member_leave(&self, business: BusinessId, context: &Context) -> StoreResult<Member> {
        let (store, context, user) = (Arc::clone(&self.store), context.clone(), context.actor);
        let change = async move { store.member_leave(business, &context).await };
        ending(&self.caches, change, move |_| of_member(business, user)).await
    }
}

//! Businesses, their units and their members.

mod create;
mod lock;
mod member_change;
mod member_use;
mod members;
mod membership;
mod read;
mod row;
mod unit;
mod update;

use async_trait::async_trait;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{Business, BusinessChange, JoinCode, MemberChange, Membership, Unit};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{BusinessStore, Member, MemberFilter, NewBusiness, StoreResult};

use crate::engine::Db;

pub(crate) use lock::{business_hold_in_tx, business_lock_in_tx, members_hold_in_tx, unit_hold_in_tx};
pub(crate) use member_use::is_open;
pub(crate) use membership::{business_join_in_tx, membership_create_in_tx, membership_insert_in_tx, memberships_of_on};
pub(crate) use row::{BusinessRow, MembershipRow, name_search};

/// The businesses of the platform.
#[derive(Clone, Debug)]
pub struct Businesses {
    db: Db,
}

impl Businesses {
    /// Businesses in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl BusinessStore for Businesses {
    async fn business_create(&self, new: NewBusiness) -> StoreResult<()> {
        create::business_create(&self.db, new).await
    }

    async fn business_by_id(&self, id: BusinessId) -> StoreResult<Option<Business>> {
        read::business_by_id(&self.db, id).await
    }

    async fn business_by_code(&self, code: JoinCode) -> StoreResult<Option<Business>> {
        read::business_by_code(&self.db, code).await
    }

    async fn businesses_by_ids(&self, ids: &[BusinessId]) -> StoreResult<Vec<Business>> {
        read::businesses_by_ids(&self.db, ids.to_vec()).await
    }

    async fn business_update(
        &self,
        id: BusinessId,
        change: BusinessChange,
        context: &Context,
    ) -> StoreResult<Business> {
        update::business_update(&self.db, id, change, context.clone()).await
    }

    async fn join_code_renew(&self, id: BusinessId, code: JoinCode, context: &Context) -> StoreResult<Business> {
        update::join_code_renew(&self.db, id, code, context.clone()).await
    }

    async fn unit_create(&self, unit: Unit, audit: AuditRow) -> StoreResult<()> {
        unit::unit_create(&self.db, unit, audit).await
    }

    async fn unit_by_id(&self, business: BusinessId, id: UnitId) -> StoreResult<Option<Unit>> {
        unit::unit_by_id(&self.db, business, id).await
    }

    async fn units_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Unit>> {
        unit::units_list(&self.db, business, page).await
    }

    async fn unit_update(&self, unit: Unit, audit: AuditRow) -> StoreResult<()> {
        unit::unit_update(&self.db, unit, audit).await
    }

    async fn unit_delete(&self, business: BusinessId, id: UnitId, audit: AuditRow) -> StoreResult<()> {
        unit::unit_delete(&self.db, business, id, audit).await
    }

    async fn membership_create(&self, membership: Membership, code: JoinCode, audit: AuditRow) -> StoreResult<()> {
        membership::membership_create(&self.db, membership, code, audit).await
    }

    async fn member_by_id(&self, business: BusinessId, user: UserId) -> StoreResult<Option<Member>> {
        members::member_by_id(&self.db, business, user).await
    }

    async fn members_list(
        &self,
        business: BusinessId,
        filter: &MemberFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Member>> {
        members::members_list(&self.db, business, filter.clone(), page).await
    }

    async fn membership_update(
        &self,
        business: BusinessId,
        user: UserId,
        change: MemberChange,
        context: &Context,
    ) -> StoreResult<Member> {
        member_change::membership_update(&self.db, (business, user), change, context.clone()).await
    }

    async fn member_leave(&self, business: BusinessId, context: &Context) -> StoreResult<Member> {
        member_change::member_leave(&self.db, business, context.clone()).await
    }
}

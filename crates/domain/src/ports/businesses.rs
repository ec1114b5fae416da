//! Businesses, units, members.

use async_trait::async_trait;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::business::{Business, BusinessChange, JoinCode, MemberChange, Membership, MembershipStatus, Unit};
use crate::context::Context;
use crate::ids::{BusinessId, UnitId, UserId};
use crate::page::{Page, PageRequest};
use crate::people::User;
use crate::permission::Role;
use crate::search::SearchText;

/// A business to add, with its default unit and its owner's membership.
#[derive(Clone, Debug)]
pub struct NewBusiness {
    /// The business.
    pub business: Business,
    /// Its default unit.
    pub unit: Unit,
    /// The owner's membership.
    pub membership: Membership,
    /// The audit row.
    pub audit: AuditRow,
}

/// A member with his person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// His place in the business.
    pub membership: Membership,
    /// The person.
    pub user: User,
}

/// Which members of a business.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only this status.
    pub status: Option<MembershipStatus>,
    /// Only this unit.
    pub unit_id: Option<UnitId>,
    /// Only people with this name or phone number.
    pub search: Option<SearchText>,
}

/// Stores businesses, units and memberships.
#[async_trait]
pub trait BusinessStore: Send + Sync {
    /// Adds a business. `Conflict(JoinCode)` when the code is taken.
    async fn business_create(&self, new: NewBusiness) -> StoreResult<()>;

    /// A business. Callers check first that the person may know of it.
    async fn business_by_id(&self, id: BusinessId) -> StoreResult<Option<Business>>;

    /// The business with a join code.
    async fn business_by_code(&self, code: JoinCode) -> StoreResult<Option<Business>>;

    /// Businesses by id, newest first.
    async fn businesses_by_ids(&self, ids: &[BusinessId]) -> StoreResult<Vec<Business>>;

    /// Changes a business's settings by [`crate::business::business_change_decide`], as it is at that moment: what somebody
    /// else changes meanwhile stays, its status before all. `NotFound`; `Refused` names a default unit that is not the
    /// business's.
    async fn business_update(&self, id: BusinessId, change: BusinessChange, context: &Context)
    -> StoreResult<Business>;

    /// Gives a business another join code by [`crate::business::join_code_renew_decide`]. `Conflict(JoinCode)` when the code
    /// is taken, `NotFound`.
    async fn join_code_renew(&self, id: BusinessId, code: JoinCode, context: &Context) -> StoreResult<Business>;

    /// Adds a unit. `Conflict(UnitName)` when the business has one of the name.
    async fn unit_create(&self, unit: Unit, audit: AuditRow) -> StoreResult<()>;

    /// A unit of a business.
    async fn unit_by_id(&self, business: BusinessId, id: UnitId) -> StoreResult<Option<Unit>>;

    /// The units of a business, newest first.
    async fn units_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Unit>>;

    /// Renames a unit. `Conflict(UnitName)`, `NotFound`.
    async fn unit_update(&self, unit: Unit, audit: AuditRow) -> StoreResult<()>;

    /// Removes a unit that nobody and no card is in, that nobody is invited to, and that is not the default unit.
    /// `Conflict(UnitInUse)`, `NotFound`.
    async fn unit_delete(&self, business: BusinessId, id: UnitId, audit: AuditRow) -> StoreResult<()>;

    /// Adds the membership of whoever joins by `code`, or makes one that was left active again as customer.
    /// `Conflict(Membership)` when there is an active or suspended one; `NotFound` when the business has another code by now
    /// or does not trade.
    async fn membership_create(&self, membership: Membership, code: JoinCode, audit: AuditRow) -> StoreResult<()>;

    /// A member of a business, of any status.
    async fn member_by_id(&self, business: BusinessId, user: UserId) -> StoreResult<Option<Member>>;

    /// The members of a business, the newest membership first. The page's key is the user id.
    async fn members_list(
        &self,
        business: BusinessId,
        filter: &MemberFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Member>>;

    /// Changes a membership by [`crate::business::member_change_decide`]. Whoever is suspended or made to leave, and has no
    /// active membership any more, has no sessions either. `NotFound` when there is none.
    async fn membership_update(
        &self,
        business: BusinessId,
        user: UserId,
        change: MemberChange,
        context: &Context,
    ) -> StoreResult<Member>;

    /// The actor leaves a business by [`crate::business::leave_decide`]. `NotFound` when he is no active member.
    async fn member_leave(&self, business: BusinessId, context: &Context) -> StoreResult<Member>;
}

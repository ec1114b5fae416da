//! Who belongs to a business, and changing that.

use ofektom_domain::business::{MemberChange, Membership};
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::ports::{Member, MemberFilter};
use ofektom_domain::refusal::Refusal;

use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::Faults;

impl App {
    /// The members of a business, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn members_list(
        &self,
        caller: &Caller,
        business: BusinessId,
        filter: &MemberFilter,
        page: PageRequest,
    ) -> AppResult<Page<Member>> {
        self.grant_read(caller, Verb::MemberRead, business, "membership.list").await?;
        Ok(self.stores.businesses.members_list(business, filter, page).await?)
    }

    /// Changes a member's role, unit or status. Nobody changes himself, the owner, or a role at or above his own, nor
    /// gives one; the owner alone names admins. Whoever is stopped and has no business left is signed out everywhere.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`]; [`AppError::Refused`]: every field that is not acceptable, a person
    /// with a PIN who is to work for the business, one who left, and one who is to leave with savings or cash.
    pub async fn member_update(
        &self,
        caller: &Caller,
        business: BusinessId,
        member: UserId,
        change: MemberChange,
    ) -> AppResult<Member> {
        let grant = self.grant_write(caller, Verb::MemberManage, business).await?;
        let known = self.stores.businesses.member_by_id(business, member).await?;
        known.ok_or(AppError::NotFound)?;
        self.member_change_check(&grant, change).await?;
        Ok(self.stores.businesses.membership_update(business, member, change, &grant.context).await?)
    }

    /// The caller leaves a business. He may come back by its code or an invitation.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::BusinessNotActive`]; [`AppError::Refused`] for the owner, and while he has open
    /// cards, open payment requests or cash of the business.
    pub async fn member_leave(&self, caller: &Caller, business: BusinessId) -> AppResult<Membership> {
        let grant = self.grant_write(caller, Verb::MemberLeave, business).await?;
        Ok(self.stores.businesses.member_leave(business, &grant.context).await?.membership)
    }

    async fn member_change_check(&self, grant: &Grant, change: MemberChange) -> AppResult<()> {
        if change == MemberChange::default() {
            return Err(Refusal::nothing_to_change(&["role", "unit_id", "status"]).into());
        }
        let mut faults = Faults::default();
        if matches!(change.role, Some(Role::SuperAdmin | Role::Agent)) {
            let message = "must be one of admin, sub_agent, customer";
            faults.note(Err::<(), _>(Refusal::field("role", "not_allowed", message)))?;
        }
        if let Some(unit) = change.unit_id {
            faults.note(self.unit_check("unit_id", grant, unit).await)?;
        }
        Ok(faults.finish()?)
    }
}

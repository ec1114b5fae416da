//! Joining a business by its code, as a customer.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, BusinessStatus, JoinCode, Membership, MembershipStatus};
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::permission::Role;
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

impl App {
    /// Makes the caller a customer of the business with the code.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for a super admin; [`AppError::NotFound`] for a code that no trading business has; `Conflict(Membership)` for a member.
    pub async fn business_join(&self, caller: &Caller, code: JoinCode) -> AppResult<Membership> {
        if caller.is_super_admin() {
            return Err(AppError::Forbidden);
        }
        let business = self.business_to_join(code).await?;
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let membership = customer_membership(&context, &business, caller.id());
        let about = (AuditEntity::Membership, caller.id().uuid());
        let audit = AuditRow::new(&mut context.ids(), &context, Some(business.id), "membership.join", about)
            .after(json!({ "role": membership.role, "unit_id": membership.unit_id }));
        self.stores.businesses.membership_create(membership.clone(), code, audit).await?;
        Ok(membership)
    }

    pub(crate) async fn business_to_join(&self, code: JoinCode) -> AppResult<Business> {
        let business = self.stores.businesses.business_by_code(code).await?;
        business.filter(|business| business.status == BusinessStatus::Active).ok_or(AppError::NotFound)
    }
}

/// A new customer's membership, in the default unit.
pub(crate) fn customer_membership(context: &Context, business: &Business, user: UserId) -> Membership {
    Membership {
        business_id: business.id,
        business_name: business.name.clone(),
        user_id: user,
        role: Role::Customer,
        unit_id: business.default_unit_id,
        status: MembershipStatus::Active,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    }
}

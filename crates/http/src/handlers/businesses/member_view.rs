//! A member, as the business's people see him.

use ofektom_domain::business::Membership;
use ofektom_domain::people::User;
use ofektom_domain::ports::Member;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// A member of a business.
#[derive(Serialize, ToSchema)]
pub struct MemberView {
    user_id: Id,
    full_name: String,
    phone: String,
    /// Whether the person may sign in: `pending`, `active` or `suspended`.
    user_status: &'static str,
    business_id: Id,
    /// `agent`, `admin`, `sub_agent` or `customer`.
    role: &'static str,
    unit_id: Id,
    /// `active`, `suspended` or `left`.
    status: &'static str,
    created_at: Moment,
    updated_at: Moment,
}

impl MemberView {
    /// A person and his place.
    pub fn of(user: &User, membership: &Membership) -> Self {
        Self {
            user_id: user.id.into(),
            full_name: user.full_name.to_string(),
            phone: user.phone.as_str().to_owned(),
            user_status: user.status.as_str(),
            business_id: membership.business_id.into(),
            role: membership.role.as_str(),
            unit_id: membership.unit_id.into(),
            status: membership.status.as_str(),
            created_at: membership.created_at.into(),
            updated_at: membership.updated_at.into(),
        }
    }
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self::of(&member.user, &member.membership)
    }
}

//! The caller, with his place in each business.

use ofektom_domain::business::Membership;
use ofektom_domain::people::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// The caller.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    id: Id,
    full_name: String,
    #[schema(example = "+2348012345678")]
    phone: String,
    email: Option<String>,
    /// What he signs in with: `pin` or `passphrase`.
    credential: &'static str,
    /// `none` or `super_admin`.
    platform_role: &'static str,
    memberships: Vec<MembershipView>,
    created_at: Moment,
    updated_at: Moment,
}

impl MeView {
    /// A person with his memberships.
    pub fn of(user: &User, memberships: &[Membership]) -> Self {
        Self {
            id: user.id.into(),
            full_name: user.full_name.to_string(),
            phone: user.phone.as_str().to_owned(),
            email: user.email.as_ref().map(|email| email.as_str().to_owned()),
            credential: user.credential.as_str(),
            platform_role: user.platform_role.as_str(),
            memberships: memberships.iter().map(MembershipView::from).collect(),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
        }
    }
}

/// A person's place in a business.
#[derive(Serialize, ToSchema)]
pub struct MembershipView {
    business_id: Id,
    business_name: String,
    /// `agent`, `admin`, `sub_agent` or `customer`.
    role: &'static str,
    unit_id: Id,
    /// `active`, `suspended` or `left`.
    status: &'static str,
}

impl From<&Membership> for MembershipView {
    fn from(membership: &Membership) -> Self {
        Self {
            business_id: membership.business_id.into(),
            business_name: membership.business_name.clone(),
            role: membership.role.as_str(),
            unit_id: membership.unit_id.into(),
            status: membership.status.as_str(),
        }
    }
}

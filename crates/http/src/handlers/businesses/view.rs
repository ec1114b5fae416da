//! A business, as its people see it.

use ofektom_domain::business::Business;
use serde::Serialize;
use utoipa::ToSchema;

use super::policy::PolicyView;
use crate::wire::{Id, Moment};

/// A business.
#[derive(Serialize, ToSchema)]
pub struct BusinessView {
    id: Id,
    name: String,
    /// The code by which customers join.
    #[schema(example = "K7M2QX")]
    join_code: String,
    owner_id: Id,
    #[schema(example = "NGN")]
    currency: String,
    #[schema(example = "Africa/Lagos")]
    time_zone: String,
    /// `active`, `suspended` or `closed`.
    status: &'static str,
    /// The unit of whoever is given no other.
    default_unit_id: Id,
    policy: PolicyView,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Business> for BusinessView {
    fn from(business: Business) -> Self {
        Self {
            id: business.id.into(),
            name: business.name,
            join_code: business.join_code.to_string(),
            owner_id: business.owner_id.into(),
            currency: business.currency.to_string(),
            time_zone: business.time_zone,
            status: business.status.as_str(),
            default_unit_id: business.default_unit_id.into(),
            policy: business.policy.into(),
            created_at: business.created_at.into(),
            updated_at: business.updated_at.into(),
        }
    }
}

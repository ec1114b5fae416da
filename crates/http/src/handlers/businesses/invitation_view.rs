//! An invitation, as the business and the invited person see it: without its token.

use ofektom_domain::business::Invitation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// An invitation. Its token is in the message to the invited number and nowhere else.
#[derive(Serialize, ToSchema)]
pub struct InvitationView {
    id: Id,
    business_id: Id,
    business_name: String,
    #[schema(example = "+2348012345678")]
    phone: String,
    /// `admin`, `sub_agent` or `customer`.
    role: &'static str,
    unit_id: Id,
    /// `pending`, `accepted`, `rejected`, `expired` or `revoked`.
    status: &'static str,
    /// Until when it can be answered.
    expires_at: Moment,
    created_at: Moment,
    created_by: Id,
    updated_at: Moment,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id.into(),
            business_id: invitation.business_id.into(),
            business_name: invitation.business_name,
            phone: invitation.phone.as_str().to_owned(),
            role: invitation.role.as_str(),
            unit_id: invitation.unit_id.into(),
            status: invitation.status.as_str(),
            expires_at: invitation.expires_at.into(),
            created_at: invitation.created_at.into(),
            created_by: invitation.created_by.into(),
            updated_at: invitation.updated_at.into(),
        }
    }
}

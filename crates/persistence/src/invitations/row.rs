//! A row of `invitations`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::business::{Invitation, InvitationStatus};
use ofektom_domain::ids::{BusinessId, InvitationId, UnitId, UserId};
use ofektom_domain::people::TokenHash;
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;

use crate::engine::Col;
use crate::schema::invitations;

/// An invitation without its token, as selected; with it in [`NewInvitationRow`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub(super) struct InvitationRow {
    pub business_id: Col<BusinessId>,
    pub id: Col<InvitationId>,
    phone: Col<PhoneNumber>,
    role: Col<Role>,
    unit_id: Col<UnitId>,
    status: Col<InvitationStatus>,
    expires_at: Col<Timestamp>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl InvitationRow {
    /// The invitation, with its business's name from the business's row.
    pub fn named(self, business_name: String) -> Invitation {
        Invitation {
            id: self.id.0,
            business_id: self.business_id.0,
            business_name,
            phone: self.phone.0,
            role: self.role.0,
            unit_id: self.unit_id.0,
            status: self.status.0,
            expires_at: self.expires_at.0,
            created_at: self.created_at.0,
            created_by: self.created_by.0,
            updated_at: self.updated_at.0,
            updated_by: self.updated_by.0,
        }
    }
}

/// An invitation to insert.
#[derive(Insertable)]
#[diesel(table_name = invitations, treat_none_as_default_value = false)]
pub(super) struct NewInvitationRow {
    business_id: Col<BusinessId>,
    id: Col<InvitationId>,
    phone: Col<PhoneNumber>,
    role: Col<Role>,
    unit_id: Col<UnitId>,
    status: Col<InvitationStatus>,
    token_hash: Col<TokenHash>,
    expires_at: Col<Timestamp>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl NewInvitationRow {
    pub fn new(invitation: Invitation, token: TokenHash) -> Self {
        Self {
            business_id: Col(invitation.business_id),
            id: Col(invitation.id),
            phone: Col(invitation.phone),
            role: Col(invitation.role),
            unit_id: Col(invitation.unit_id),
            status: Col(invitation.status),
            token_hash: Col(token),
            expires_at: Col(invitation.expires_at),
            created_at: Col(invitation.created_at),
            created_by: Col(invitation.created_by),
            updated_at: Col(invitation.updated_at),
            updated_by: Col(invitation.updated_by),
        }
    }
}

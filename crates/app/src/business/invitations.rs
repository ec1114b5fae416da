//! Inviting people to a business by their phone number.

use ofektom_auth::OpaqueToken;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Invitation, InvitationTerms, MembershipStatus, invite_decide, invited_role_check};
use ofektom_domain::ids::{BusinessId, InvitationId, UnitId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{Conflict, InvitationFilter, Message, NewInvitation, StoreError};

use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::Faults;

/// Whom to invite, and as what.
#[derive(Clone, Debug)]
pub struct InvitationInput {
    /// The person's phone number, with or without an account.
    pub phone: PhoneNumber,
    /// His role once he accepts.
    pub role: Role,
    /// His unit; when not given, the one that a sub-agent who invites is in, else the default unit.
    pub unit_id: Option<UnitId>,
}

impl App {
    /// Invites a phone number and sends it a single-use token. Whether the number has an account is not told.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a role at or above the caller's own or an unknown unit; `Conflict(Membership)` when the
    /// person belongs to the business, `Conflict(Invitation)` when the number has a pending invitation;
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::BusinessNotActive`].
    pub async fn invitation_create(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: InvitationInput,
    ) -> AppResult<Invitation> {
        let grant = self.grant_write(caller, Verb::MemberManage, business).await?;
        let own_unit = caller.unit_in(business).filter(|_| grant.context.role == Role::SubAgent);
        let mut faults = Faults::default();
        faults.note(invited_role_check(input.role))?;
        let unit_id = faults.note(self.unit_or_default(&grant, input.unit_id.or(own_unit)).await)?;
        let Some(unit_id) = unit_id else { return Err(faults.refusal().into()) };
        faults.finish()?;
        let terms = InvitationTerms { phone: input.phone, role: input.role, unit_id };
        let (invitation, audit) = invite_decide(&grant.business, terms, &grant.context)?;
        self.not_a_member(&grant, &invitation.phone).await?;
        let token = OpaqueToken::from_bytes(self.outside.randomness.token());
        let about = (AuditEntity::Invitation, invitation.id.uuid());
        let mut later_ids = grant.context.for_item(1).ids();
        let expiry_audit = AuditRow::new(&mut later_ids, &grant.context, Some(business), "invitation.expire", about);
        let (context, hash) = (grant.context.clone(), token.hash());
        let new = NewInvitation { invitation: invitation.clone(), token: hash, audit, expiry_audit, context };
        self.stores.invitations.invitation_create(new).await?;
        self.invitation_send(&invitation, &token).await;
        Ok(invitation)
    }

    /// The invitations of a business, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn invitations_list(
        &self,
        caller: &Caller,
        business: BusinessId,
        filter: InvitationFilter,
        page: PageRequest,
    ) -> AppResult<Page<Invitation>> {
        let now = self.grant_read(caller, Verb::MemberRead, business, "invitation.list").await?.context.now;
        let found = self.stores.invitations.invitations_list(business, filter, now, page).await?;
        found.try_map(|invitation| Ok(invitation.as_of(now)))
    }

    /// An invitation of a business.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn invitation_get(
        &self,
        caller: &Caller,
        business: BusinessId,
        id: InvitationId,
    ) -> AppResult<Invitation> {
        let now = self.grant_read(caller, Verb::MemberRead, business, "invitation.read").await?.context.now;
        let found = self.stores.invitations.invitation_by_id(business, id).await?.ok_or(AppError::NotFound)?;
        Ok(found.as_of(now))
    }

    /// Withdraws a pending invitation: its token is worth nothing from now on.
    ///
    /// # Errors
    /// [`AppError::Refused`] when it is not pending, or is to a role at or above the caller's own; [`AppError::NotFound`],
    /// [`AppError::Forbidden`], [`AppError::BusinessNotActive`].
    pub async fn invitation_revoke(
        &self,
        caller: &Caller,
        business: BusinessId,
        id: InvitationId,
    ) -> AppResult<Invitation> {
        let grant = self.grant_write(caller, Verb::MemberManage, business).await?;
        Ok(self.stores.invitations.invitation_revoke(grant.business, id, grant.context).await?)
    }

    /// Whoever belongs to the business, suspended or not, is not invited; whoever left is.
    async fn not_a_member(&self, grant: &Grant, phone: &PhoneNumber) -> AppResult<()> {
        let Some((person, _)) = self.stores.people.user_by_phone(phone).await? else { return Ok(()) };
        let member = self.stores.businesses.member_by_id(grant.business.id, person.id).await?;
        if member.is_some_and(|member| member.membership.status != MembershipStatus::Left) {
            return Err(StoreError::Conflict(Conflict::Membership).into());
        }
        Ok(())
    }

    async fn invitation_send(&self, invitation: &Invitation, token: &OpaqueToken) {
        let message = Message::Invitation {
            phone: invitation.phone.clone(),
            business_name: invitation.business_name.clone(),
            role: invitation.role,
            token: token.reveal().to_owned(),
        };
        if let Err(error) = self.outside.messenger.message_send(message).await {
            // It stands all the same; the business can withdraw it and invite again.
            tracing::warn!(invitation.id = %invitation.id, error = %error, "an invitation could not be handed over");
        }
    }
}

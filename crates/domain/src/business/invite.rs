//! Inviting a person, and what becomes of it.

use serde_json::json;
use uuid::Uuid;

use super::{Business, BusinessStatus, Invitation, InvitationStatus, Membership, MembershipStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::ids::{BusinessId, UnitId, UserId};
use crate::notification::{Notification, NotificationFacts, notify};
use crate::people::{CredentialKind, PlatformRole, User};
use crate::permission::{Role, may_appoint};
use crate::phone::PhoneNumber;
use crate::refusal::Refusal;

/// Whom to invite, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationTerms {
    /// The person's phone number.
    pub phone: PhoneNumber,
    /// His role once he accepts.
    pub role: Role,
    /// His unit once he accepts; of the business.
    pub unit_id: UnitId,
}

/// What the invited person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationAnswer {
    /// He joins.
    Accept,
    /// He does not.
    Reject,
}

/// An answered invitation, with what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationAnswered {
    /// The invitation as it is now.
    pub invitation: Invitation,
    /// The person's place in the business, when he accepted.
    pub membership: Option<Membership>,
    /// The audit row.
    pub audit: AuditRow,
    /// What whoever invited him is told.
    pub notifications: Vec<Notification>,
}

/// Invites a person.
///
/// # Errors
/// [`Refusal::Invalid`] for a role that nobody is invited to, [`Refusal::Forbidden`] for one at or above the caller's own,
/// [`Refusal::BusinessNotActive`].
pub fn invite_decide(
    business: &Business,
    terms: InvitationTerms,
    context: &Context,
) -> Result<(Invitation, AuditRow), Refusal> {
    invited_role_check(terms.role)?;
    if !may_appoint(context.role, context.actor == business.owner_id, terms.role) {
        return Err(Refusal::Forbidden);
    }
    trading(business)?;
    let mut ids = context.ids();
    let invitation = Invitation {
        id: ids.make(),
        business_id: business.id,
        business_name: business.name.clone(),
        phone: terms.phone,
        role: terms.role,
        unit_id: terms.unit_id,
        status: InvitationStatus::Pending,
        expires_at: Invitation::expiry_from(context.now),
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let about = (AuditEntity::Invitation, invitation.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(business.id), "invitation.create", about).after(json!({
        "phone": invitation.phone.masked(), "role": invitation.role, "unit_id": invitation.unit_id,
    }));
    Ok((invitation, audit))
}

/// # Errors
/// [`Refusal::Invalid`] for a role that nobody is invited to.
pub fn invited_role_check(role: Role) -> Result<(), Refusal> {
    if matches!(role, Role::SuperAdmin | Role::Agent) {
        return Err(Refusal::field("role", "not_allowed", "must be one of admin, sub_agent, customer"));
    }
    Ok(())
}

/// Tells an invited person who has an account. Its token is in the message to his number alone.
#[must_use]
pub fn invitation_notify(invitation: &Invitation, person: UserId, context: &Context) -> Vec<Notification> {
    let facts = NotificationFacts::InvitationReceived { role: invitation.role, expires_at: invitation.expires_at };
    notify(&mut context.for_item(1).ids(), context, [person], about(invitation), &facts)
}

const fn about(invitation: &Invitation) -> (Option<BusinessId>, Uuid) {
    (Some(invitation.business_id), invitation.id.uuid())
}

/// The invited person's answer. Callers have made sure that `person` has the invitation's phone number.
///
/// # Errors
/// [`Refusal::InvitationStatus`] when it is not pending; for accepting also [`Refusal::Forbidden`] for whoever runs the
/// platform, [`Refusal::BusinessNotActive`], [`Refusal::PassphraseRequired`] when he is to work for the business and has a PIN.
pub fn invitation_answer_decide(
    invitation: &Invitation,
    business: &Business,
    person: &User,
    answer: InvitationAnswer,
    context: &Context,
) -> Result<InvitationAnswered, Refusal> {
    let (status, verb) = match answer {
        InvitationAnswer::Accept => (InvitationStatus::Accepted, "invitation.accept"),
        InvitationAnswer::Reject => (InvitationStatus::Rejected, "invitation.reject"),
    };
    let (invitation, audit) = settled(invitation, (status, verb), context)?;
    let role = invitation.role;
    let facts = match answer {
        InvitationAnswer::Accept => NotificationFacts::InvitationAccepted { role },
        InvitationAnswer::Reject => NotificationFacts::InvitationRejected { role },
    };
    let notifications =
        notify(&mut context.for_item(1).ids(), context, [invitation.created_by], about(&invitation), &facts);
    if answer == InvitationAnswer::Reject {
        return Ok(InvitationAnswered { invitation, membership: None, audit, notifications });
    }
    // Whoever runs the platform belongs to no business, so that he never moves its money.
    if person.platform_role == PlatformRole::SuperAdmin {
        return Err(Refusal::Forbidden);
    }
    trading(business)?;
    if invitation.role.is_staff() && person.credential != CredentialKind::Passphrase {
        return Err(Refusal::PassphraseRequired);
    }
    let membership = Membership {
        business_id: business.id,
        business_name: business.name.clone(),
        user_id: person.id,
        role: invitation.role,
        unit_id: invitation.unit_id,
        status: MembershipStatus::Active,
        created_at: context.now,
        created_by: person.id,
        updated_at: context.now,
        updated_by: person.id,
    };
    let joined = json!({
        "status": invitation.status.as_str(), "user_id": person.id, "role": membership.role, "unit_id": membership.unit_id,
    });
    Ok(InvitationAnswered { invitation, membership: Some(membership), audit: audit.after(joined), notifications })
}

/// Withdraws an invitation.
///
/// # Errors
/// [`Refusal::Forbidden`] for one to a role at or above the caller's own, [`Refusal::InvitationStatus`] when it is not
/// pending.
pub fn invitation_revoke_decide(
    invitation: &Invitation,
    business: &Business,
    context: &Context,
) -> Result<(Invitation, AuditRow), Refusal> {
    if !may_appoint(context.role, context.actor == business.owner_id, invitation.role) {
        return Err(Refusal::Forbidden);
    }
    settled(invitation, (InvitationStatus::Revoked, "invitation.revoke"), context)
}

/// A pending invitation in a status that it does not leave.
fn settled(
    invitation: &Invitation,
    (status, verb): (InvitationStatus, &'static str),
    context: &Context,
) -> Result<(Invitation, AuditRow), Refusal> {
    match invitation.status_at(context.now) {
        InvitationStatus::Pending => {}
        other => return Err(Refusal::InvitationStatus(other)),
    }
    let about = (AuditEntity::Invitation, invitation.id.uuid());
    let audit = AuditRow::new(&mut context.ids(), context, Some(invitation.business_id), verb, about)
        .before(json!({ "status": invitation.status.as_str() }))
        .after(json!({ "status": status.as_str() }));
    let after = Invitation { status, updated_at: context.now, updated_by: context.actor, ..invitation.clone() };
    Ok((after, audit))
}

fn trading(business: &Business) -> Result<(), Refusal> {
    if business.status == BusinessStatus::Active { Ok(()) } else { Err(Refusal::BusinessNotActive) }
}

//! Changing a member, and leaving a business.

use serde_json::{Value, json};

use super::{Business, Membership, MembershipStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::ids::UnitId;
use crate::money::Money;
use crate::people::CredentialKind;
use crate::permission::{Role, may_appoint};
use crate::refusal::Refusal;

/// A change of a membership; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// The new role.
    pub role: Option<Role>,
    /// The new unit; of the same business.
    pub unit_id: Option<UnitId>,
    /// The new status.
    pub status: Option<MembershipStatus>,
}

impl MemberChange {
    /// Whether it depends on what ties the member to the business.
    #[must_use]
    pub fn ends_something(&self) -> bool {
        self.status == Some(MembershipStatus::Left) || self.role == Some(Role::Customer)
    }
}

/// What ties a member to a business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberUse {
    /// His cards that are active, or completed and not paid out.
    pub cards: u64,
    /// Payment requests on his cards that are not decided for good.
    pub requests: u64,
    /// The balance of his cash account: what he collected and has not handed in.
    pub cash: Money,
}

/// Changes a member's role, unit or status. Nobody changes himself, the owner, or a role at or above his own, nor gives one;
/// the owner alone names admins. Whoever has left comes back by himself.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::MemberLeft`]; [`Refusal::PassphraseRequired`] when a person with a PIN is to work for
/// the business; [`Refusal::CashInHand`] when a collector is to be a customer, who counts no cash; for one who is to leave what
/// [`leave_decide`] refuses.
pub fn member_change_decide(
    business: &Business,
    (before, credential): (&Membership, CredentialKind),
    change: MemberChange,
    used: MemberUse,
    context: &Context,
) -> Result<(Membership, AuditRow), Refusal> {
    authority_check(business, before, change, context)?;
    if before.status == MembershipStatus::Left {
        return Err(Refusal::MemberLeft);
    }
    if change.role.is_some_and(Role::is_staff) && credential != CredentialKind::Passphrase {
        return Err(Refusal::PassphraseRequired);
    }
    if change.status == Some(MembershipStatus::Left) {
        free_check(used)?;
    }
    if change.role == Some(Role::Customer) {
        cash_check(used)?;
    }
    Ok(changed(before, change, "membership.update", context))
}

/// Leaves a business by oneself.
///
/// # Errors
/// [`Refusal::OwnerStays`]; [`Refusal::MemberInUse`] while he has open cards or payment requests as a customer;
/// [`Refusal::CashInHand`] while he has collected cash that is not handed in, or has paid out more than he had.
pub fn leave_decide(
    business: &Business,
    before: &Membership,
    used: MemberUse,
    context: &Context,
) -> Result<(Membership, AuditRow), Refusal> {
    if before.user_id == business.owner_id {
        return Err(Refusal::OwnerStays);
    }
    free_check(used)?;
    let change = MemberChange { status: Some(MembershipStatus::Left), ..MemberChange::default() };
    Ok(changed(before, change, "membership.leave", context))
}

fn authority_check(
    business: &Business,
    before: &Membership,
    change: MemberChange,
    context: &Context,
) -> Result<(), Refusal> {
    let owner = context.actor == business.owner_id;
    let named = change.role.is_none_or(|role| may_appoint(context.role, owner, role));
    let above = context.role.rank() > before.role.rank();
    if before.user_id == context.actor || before.user_id == business.owner_id || !above || !named {
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

fn free_check(used: MemberUse) -> Result<(), Refusal> {
    if used.cards > 0 || used.requests > 0 {
        return Err(Refusal::MemberInUse { cards: used.cards, requests: used.requests });
    }
    cash_check(used)
}

fn cash_check(used: MemberUse) -> Result<(), Refusal> {
    if used.cash.is_zero() { Ok(()) } else { Err(Refusal::CashInHand { balance: used.cash }) }
}

fn changed(before: &Membership, change: MemberChange, verb: &'static str, context: &Context) -> (Membership, AuditRow) {
    let after = Membership {
        role: change.role.unwrap_or(before.role),
        unit_id: change.unit_id.unwrap_or(before.unit_id),
        status: change.status.unwrap_or(before.status),
        updated_at: context.now,
        updated_by: context.actor,
        ..before.clone()
    };
    let about = (AuditEntity::Membership, before.user_id.uuid());
    let audit = AuditRow::new(&mut context.ids(), context, Some(before.business_id), verb, about)
        .before(state(before))
        .after(state(&after));
    (after, audit)
}

fn state(membership: &Membership) -> Value {
    json!({ "role": membership.role, "unit_id": membership.unit_id, "status": membership.status.as_str() })
}

//! Who belongs to a business, and changing that.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, MembershipStatus};
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::CredentialKind;
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::ports::{Member, MemberChange, MemberFilter};
use ofektom_domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

/// What to change of a member; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemberSettings {
    /// The new status: active or suspended.
    pub status: Option<MembershipStatus>,
    /// The new unit.
    pub unit_id: Option<UnitId>,
    /// The new role.
    pub role: Option<Role>,
}

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
    /// gives one; the owner alone names admins.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::PassphraseRequired`] when a person with a PIN is to
    /// work for the business, [`AppError::Refused`] for an unknown unit.
    pub async fn member_update(
        &self,
        caller: &Caller,
        business: BusinessId,
        member: UserId,
        settings: MemberSettings,
    ) -> AppResult<Member> {
        let grant = self.grant_write(caller, Verb::MemberManage, business).await?;
        let before = self.stores.businesses.member_by_id(business, member).await?.ok_or(AppError::NotFound)?;
        settings_check(settings)?;
        authority_check(&grant.business, caller.id(), grant.context.role, &before, settings)?;
        if settings.role.is_some_and(Role::is_staff) && before.user.credential != CredentialKind::Passphrase {
            return Err(AppError::PassphraseRequired);
        }
        if settings.unit_id.is_some() {
            self.unit_or_default(&grant, settings.unit_id).await?;
        }
        let change = MemberChange { role: settings.role, unit_id: settings.unit_id, status: settings.status };
        let about = (AuditEntity::Membership, member.uuid());
        let audit = AuditRow::new(&mut grant.context.ids(), &grant.context, Some(business), "membership.update", about)
            .before(state(before.membership.role, before.membership.unit_id, before.membership.status))
            .after(state(
                settings.role.unwrap_or(before.membership.role),
                settings.unit_id.unwrap_or(before.membership.unit_id),
                settings.status.unwrap_or(before.membership.status),
            ));
        Ok(self.stores.businesses.membership_update(business, member, change, &grant.context, audit).await?)
    }
}

fn state(role: Role, unit: UnitId, status: MembershipStatus) -> Value {
    json!({ "role": role, "unit_id": unit, "status": status.as_str() })
}

fn settings_check(settings: MemberSettings) -> Result<(), Refusal> {
    if settings.role.is_none() && settings.unit_id.is_none() && settings.status.is_none() {
        return Err(Refusal::nothing_to_change(&["role", "unit_id", "status"]));
    }
    if matches!(settings.role, Some(Role::SuperAdmin | Role::Agent)) {
        return Err(Refusal::field("role", "not_allowed", "must be one of admin, sub_agent, customer"));
    }
    if settings.status == Some(MembershipStatus::Left) {
        return Err(Refusal::field("status", "not_allowed", "must be active or suspended"));
    }
    Ok(())
}

fn authority_check(
    business: &Business,
    caller: UserId,
    role: Role,
    before: &Member,
    settings: MemberSettings,
) -> AppResult<()> {
    let member = before.membership.user_id;
    let owner = caller == business.owner_id;
    let above = |other: Role| role.rank() > other.rank();
    let named = settings.role.is_none_or(|new| if new == Role::Admin { owner } else { above(new) });
    if member == caller || member == business.owner_id || !above(before.membership.role) || !named {
        return Err(AppError::Forbidden);
    }
    Ok(())
}

//! What whoever runs the platform decides about its people and businesses.

use serde_json::json;

use crate::audit::{AuditEntity, AuditRow};
use crate::business::{Business, BusinessStatus};
use crate::context::Context;
use crate::people::{PlatformRole, User, UserStatus};
use crate::refusal::Refusal;

/// Lets a person in or keeps him out. `None` when he is so already. `others_run` tells whether another active person runs
/// the platform.
///
/// # Errors
/// [`Refusal`]: nobody suspends himself or the last who runs the platform, or someone who has not activated his account.
pub fn user_status_decide(
    user: &User,
    to: UserStatus,
    others_run: bool,
    context: &Context,
) -> Result<Option<(User, AuditRow)>, Refusal> {
    if to == UserStatus::Pending {
        return Err(Refusal::field("status", "not_allowed", "must be active or suspended"));
    }
    if user.status == UserStatus::Pending {
        return Err(Refusal::NotActivated);
    }
    if user.status == to {
        return Ok(None);
    }
    if to == UserStatus::Suspended {
        if user.id == context.actor {
            return Err(Refusal::OwnAccount);
        }
        if user.platform_role == PlatformRole::SuperAdmin && !others_run {
            return Err(Refusal::LastSuperAdmin);
        }
    }
    let after = User { status: to, updated_at: context.now, updated_by: context.actor, ..user.clone() };
    let about = (AuditEntity::User, user.id.uuid());
    let audit = AuditRow::new(&mut context.ids(), context, None, "user.status", about)
        .before(json!({ "status": user.status.as_str() }))
        .after(json!({ "status": to.as_str() }));
    Ok(Some((after, audit)))
}

/// What is still open in a business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusinessUse {
    /// Cards that are active, or completed and not paid out.
    pub cards: u64,
    /// Payment requests that are not decided for good.
    pub requests: u64,
}

/// Suspends, closes or reopens a business. `None` when it is so already. One row goes to the platform's trail, one to the
/// business's own.
///
/// # Errors
/// [`Refusal::BusinessInUse`] for closing while something is open: customers' money would be out of reach.
pub fn business_status_decide(
    business: &Business,
    to: BusinessStatus,
    used: BusinessUse,
    context: &Context,
) -> Result<Option<(Business, Vec<AuditRow>)>, Refusal> {
    if business.status == to {
        return Ok(None);
    }
    if to == BusinessStatus::Closed && used != BusinessUse::default() {
        return Err(Refusal::BusinessInUse { cards: used.cards, requests: used.requests });
    }
    let after = Business { status: to, updated_at: context.now, updated_by: context.actor, ..business.clone() };
    let mut ids = context.ids();
    let trails = [(None, "platform.business_status"), (Some(business.id), "business.status")];
    let audit = trails.map(|(trail, verb)| {
        AuditRow::new(&mut ids, context, trail, verb, (AuditEntity::Business, business.id.uuid()))
            .before(json!({ "status": business.status.as_str() }))
            .after(json!({ "status": to.as_str() }))
    });
    Ok(Some((after, audit.into())))
}

//! What a business changes of itself: name, time zone, default unit, rules, join code. Whether it trades is for the platform
//! alone to say, and nothing here touches it.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Business, BusinessStatus, JoinCode, PolicyChange};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::ids::UnitId;
use crate::refusal::Refusal;

/// What to change of a business; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusinessChange {
    /// The new name, 1 to 120 characters.
    pub name: Option<String>,
    /// The new time zone, an IANA name that is known.
    pub time_zone: Option<String>,
    /// The unit of whoever is given no other; of the business.
    pub default_unit_id: Option<UnitId>,
    /// The new rules, as far as they change.
    pub policy: PolicyChange,
}

impl BusinessChange {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Changes the settings of a business as it is stored now. `last_booked` is the last day on which money is booked.
///
/// # Errors
/// [`Refusal::BusinessNotActive`]; [`Refusal::DayBooked`] for a time zone in which it is still the day before one on which
/// money is booked.
pub fn business_change_decide(
    business: &Business,
    change: BusinessChange,
    last_booked: Option<Date>,
    context: &Context,
) -> Result<(Business, AuditRow), Refusal> {
    trading(business)?;
    let after = Business {
        name: change.name.unwrap_or_else(|| business.name.clone()),
        time_zone: change.time_zone.unwrap_or_else(|| business.time_zone.clone()),
        default_unit_id: change.default_unit_id.unwrap_or(business.default_unit_id),
        policy: change.policy.applied_to(business.policy),
        updated_at: context.now,
        updated_by: context.actor,
        ..business.clone()
    };
    // A later day is as if midnight came early; an earlier one would leave money booked in the future.
    let today = after.day_at(context.now);
    if after.time_zone != business.time_zone
        && let Some(booked) = last_booked.filter(|booked| *booked > today)
    {
        return Err(Refusal::DayBooked(booked));
    }
    let about = (AuditEntity::Business, business.id.uuid());
    let audit = AuditRow::new(&mut context.ids(), context, Some(business.id), "business.update", about)
        .before(state(business))
        .after(state(&after));
    Ok((after, audit))
}

/// Gives a business a new join code; the old one lets nobody in any more.
///
/// # Errors
/// [`Refusal::BusinessNotActive`].
pub fn join_code_renew_decide(
    business: &Business,
    code: JoinCode,
    context: &Context,
) -> Result<(Business, AuditRow), Refusal> {
    trading(business)?;
    let after = Business { join_code: code, updated_at: context.now, updated_by: context.actor, ..business.clone() };
    let about = (AuditEntity::Business, business.id.uuid());
    // The old code is worth nothing any more; the new one lets people in, so it is not copied.
    let audit = AuditRow::new(&mut context.ids(), context, Some(business.id), "business.join_code", about)
        .before(json!({ "join_code": business.join_code.as_str() }));
    Ok((after, audit))
}

fn state(business: &Business) -> Value {
    json!({
        "name": business.name, "time_zone": business.time_zone, "default_unit_id": business.default_unit_id,
        "policy": business.policy,
    })
}

fn trading(business: &Business) -> Result<(), Refusal> {
    if business.status == BusinessStatus::Active { Ok(()) } else { Err(Refusal::BusinessNotActive) }
}

//! Maturing: a card whose last day has passed completes with what was paid on it. Nobody asks for it; the system does it.

use jiff::civil::Date;
use serde_json::json;

use super::{CompletionReason, SavingsAccount, SavingsStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::calendar::add_days;
use crate::context::SystemContext;
use crate::effects::Effects;
use crate::notification::maturity_notify;

/// The latest last day of a card that has matured by `today` in a business that waits `grace_days` after it.
#[must_use]
pub fn matured_until(today: Date, grace_days: u32) -> Date {
    add_days(today, -i64::from(grace_days) - 1).unwrap_or(Date::MIN)
}

/// Decides whether a card has matured: it is active and ended on or before `matured_until`. `None` when it has not.
///
/// Its unpaid boxes stay unpaid. When there is nothing to pay out it is paid out at once. The customer is told.
#[must_use]
pub fn mature_decide(account: &SavingsAccount, matured_until: Date, context: &SystemContext) -> Option<Effects> {
    if account.status != SavingsStatus::Active || account.plan.end() > matured_until {
        return None;
    }
    let mut after = account.clone();
    after.complete(CompletionReason::Matured);
    after.touch_by_system(context.now);
    let about = (AuditEntity::SavingsAccount, account.id.uuid());
    let mut ids = context.ids();
    let audit = AuditRow::by_system(&mut ids, context, account.business_id, "savings.mature", about)
        .before(account.audit_state())
        .after(json!({ "end_date": after.plan.end(), "state": after.audit_state() }));
    let notifications = maturity_notify(&mut ids, context, &after);
    Some(Effects { account: Some(after), audit: vec![audit], notifications, ..Effects::default() })
}

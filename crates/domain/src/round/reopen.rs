//! Reopening a round that was counted wrongly, before the business has taken the cash over.

use super::notify::round_notify;
use super::{Round, RoundStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::effects::Effects;
use crate::refusal::Refusal;

/// Decides on giving a round back to its collector, who counts again. The round stays as it was, and covers no day any more.
/// `is_latest` tells whether no later round of his covers days: those that a later one builds on stay.
///
/// # Errors
/// [`Refusal::RoundStatus`] when it is not closed, [`Refusal::RoundNotLatest`].
pub fn reopen_decide(
    round: &Round,
    is_latest: bool,
    reason: &str,
    context: &Context,
) -> Result<(Round, Effects), Refusal> {
    if round.status != RoundStatus::Closed {
        return Err(Refusal::RoundStatus(round.status));
    }
    if !is_latest {
        return Err(Refusal::RoundNotLatest);
    }
    let mut ids = context.ids();
    let after = Round {
        status: RoundStatus::Reopened,
        reason: Some(reason.to_owned()),
        version: round.version + 1,
        updated_at: context.now,
        updated_by: context.actor,
        ..round.clone()
    };
    let about = (AuditEntity::Round, round.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(round.business_id), "round.reopen", about)
        .before(round.audit_state())
        .after(after.audit_state());
    let notifications = round_notify(&mut ids, context, &after, &[round.collector_id]);
    let effects = Effects { round: Some(after.clone()), audit: vec![audit], notifications, ..Effects::default() };
    Ok((after, effects))
}

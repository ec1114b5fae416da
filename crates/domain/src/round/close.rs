//! Closing a round: the collector states what he counted.

use jiff::civil::Date;

use super::notify::round_notify;
use super::{Purse, Round, RoundStatus, cash_day_check};
use crate::audit::{AuditEntity, AuditRow};
use crate::calendar::add_days;
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::{BusinessId, UserId};
use crate::money::Money;
use crate::refusal::Refusal;

/// A round to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseRound {
    /// The last day that it is to cover.
    pub date: Date,
    /// What the collector counted, zero included.
    pub counted: Money,
    /// A remark.
    pub note: Option<String>,
}

/// Decides on closing the round of whoever gives the command. `purse` is his cash up to the round's day; `told` are those who
/// may accept it.
///
/// # Errors
/// [`Refusal::RoundClosed`] when the day is covered already, [`Refusal::Invalid`].
pub fn close_decide(
    business_id: BusinessId,
    command: &CloseRound,
    purse: Purse,
    told: &[UserId],
    context: &Context,
) -> Result<(Round, Effects), Refusal> {
    if command.date > context.today {
        return Err(Refusal::field("date", "in_future", "must not be after today"));
    }
    if command.counted.is_negative() {
        return Err(Refusal::field("counted", "out_of_range", "must be zero or more"));
    }
    cash_day_check(purse.closed_until, command.date)?;
    let mut ids = context.ids();
    let round = Round {
        id: ids.make(),
        business_id,
        collector_id: context.actor,
        date: command.date,
        covers_from: purse.closed_until.and_then(|until| add_days(until, 1)),
        status: RoundStatus::Closed,
        brought_forward: purse.brought_forward,
        movement: purse.movement,
        expected: purse.expected()?,
        counted: command.counted,
        handed_in: None,
        note: command.note.clone(),
        reason: None,
        accepted_at: None,
        accepted_by: None,
        version: 1,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let about = (AuditEntity::Round, round.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(business_id), "round.close", about).after(round.audit_state());
    let notifications = round_notify(&mut ids, context, &round, told);
    let effects = Effects { round: Some(round.clone()), audit: vec![audit], notifications, ..Effects::default() };
    Ok((round, effects))
}

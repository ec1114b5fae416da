//! Who is told of a round, and what.

use super::{Round, RoundStatus};
use crate::context::Context;
use crate::ids::{IdFactory, UserId};
use crate::money::Money;
use crate::notification::{Notification, NotificationFacts, notify};

/// Tells of the status that a round has now.
pub(super) fn round_notify(
    ids: &mut IdFactory,
    context: &Context,
    round: &Round,
    told: &[UserId],
) -> Vec<Notification> {
    let (date, counted) = (round.date, round.counted);
    let facts = match round.status {
        RoundStatus::Closed => NotificationFacts::RoundClosed { date, counted, difference: round.difference() },
        RoundStatus::Accepted => {
            let handed_in = round.handed_in.unwrap_or(Money::ZERO);
            NotificationFacts::RoundAccepted { date, handed_in, difference: round.difference() }
        }
        RoundStatus::Reopened => NotificationFacts::RoundReopened { date, counted },
    };
    notify(ids, context, told.iter().copied(), (Some(round.business_id), round.id.uuid()), &facts)
}

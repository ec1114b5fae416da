//! Accepting a round: the business takes the cash over, and the books say so.

use super::notify::round_notify;
use super::{Round, RoundStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::IdFactory;
use crate::ledger::{EntryEvent, EntryLink, JournalEntry, LedgerAccount};
use crate::money::{Money, MoneyError};
use crate::permission::Role;
use crate::refusal::Refusal;

/// What the business took over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundAcceptance {
    /// The cash that was handed in; all that was counted when not given.
    pub handed_in: Option<Money>,
}

/// Decides on accepting a round. What was handed in goes to the bank; what was missing when the collector counted, or left
/// over, goes to the differences of cash. What he counted and keeps stays on his account.
///
/// Nobody accepts what he counted himself but the agent, who may have nobody else.
///
/// # Errors
/// [`Refusal::SamePerson`], [`Refusal::RoundStatus`] when it is not closed, [`Refusal::Invalid`] when more is handed in than was
/// counted.
pub fn accept_decide(
    round: &Round,
    acceptance: RoundAcceptance,
    context: &Context,
) -> Result<(Round, Effects), Refusal> {
    if context.actor == round.collector_id && context.role != Role::Agent {
        return Err(Refusal::SamePerson);
    }
    if round.status != RoundStatus::Closed {
        return Err(Refusal::RoundStatus(round.status));
    }
    let handed_in = acceptance.handed_in.unwrap_or(round.counted);
    if handed_in.is_negative() || handed_in > round.counted {
        let message = "must be at most what was counted; when more is there, reopen the round to be counted again";
        return Err(Refusal::field("handed_in", "out_of_range", message));
    }
    let mut ids = context.ids();
    let after = Round {
        status: RoundStatus::Accepted,
        handed_in: Some(handed_in),
        accepted_at: Some(context.now),
        accepted_by: Some(context.actor),
        version: round.version + 1,
        updated_at: context.now,
        updated_by: context.actor,
        ..round.clone()
    };
    let entries = [remittance(&mut ids, &after, handed_in, context)?, difference(&mut ids, &after, context)?];
    let about = (AuditEntity::Round, round.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(round.business_id), "round.accept", about)
        .before(round.audit_state())
        .after(after.audit_state());
    let notifications = round_notify(&mut ids, context, &after, &[round.collector_id]);
    let effects = Effects {
        round: Some(after.clone()),
        entries: entries.into_iter().flatten().collect(),
        audit: vec![audit],
        notifications,
        ..Effects::default()
    };
    Ok((after, effects))
}

/// The money that changed hands.
fn remittance(
    ids: &mut IdFactory,
    round: &Round,
    handed_in: Money,
    context: &Context,
) -> Result<Option<JournalEntry>, MoneyError> {
    if handed_in.is_zero() {
        return Ok(None);
    }
    let accounts = (LedgerAccount::Bank, LedgerAccount::Cash(round.collector_id));
    let about = (round.business_id, EntryEvent::Remittance, link(round));
    JournalEntry::transfer(ids, context, about, accounts, handed_in).map(Some)
}

/// What was missing when he counted, or left over.
fn difference(ids: &mut IdFactory, round: &Round, context: &Context) -> Result<Option<JournalEntry>, MoneyError> {
    let difference = round.difference();
    if difference.is_zero() {
        return Ok(None);
    }
    let (cash, differences) = (LedgerAccount::Cash(round.collector_id), LedgerAccount::CashDifference);
    let (accounts, amount) = if difference.is_negative() {
        ((differences, cash), difference.negated()?)
    } else {
        ((cash, differences), difference)
    };
    let about = (round.business_id, EntryEvent::CashDifference, link(round));
    JournalEntry::transfer(ids, context, about, accounts, amount).map(Some)
}

fn link(round: &Round) -> EntryLink {
    EntryLink { round_id: Some(round.id), ..EntryLink::default() }
}

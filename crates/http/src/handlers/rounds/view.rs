//! A round in an answer.

use ofektom_domain::ports::NamedRound;
use ofektom_domain::round::Round;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, Day, Id, Moment};

/// A collector's round.
#[derive(Serialize, ToSchema)]
pub struct RoundView {
    id: Id,
    business_id: Id,
    /// Whose cash it is.
    collector: Id,
    /// The last day that it covers.
    date: Day,
    /// The first day that it covers; `null` when it covers all days before.
    covers_from: Option<Day>,
    /// `closed`, `accepted` or `reopened`.
    status: &'static str,
    /// What the rounds before left in his hands; below zero when the business owed him.
    brought_forward: Amount,
    /// Cash collected on the days.
    collected: Amount,
    /// Collections that were taken back on the days.
    reversed: Amount,
    /// Payouts that he paid in cash on the days.
    paid_out: Amount,
    /// What he should have: brought forward and collected, less reversed and paid out.
    expected: Amount,
    /// What he counted.
    counted: Amount,
    /// Counted less expected: below zero when cash is missing; nothing while the business owes him.
    difference: Amount,
    /// What the business took over; `null` until it is accepted.
    handed_in: Option<Amount>,
    /// What he counted and kept.
    kept_back: Amount,
    note: Option<String>,
    /// Why it was reopened.
    reason: Option<String>,
    closed_at: Moment,
    accepted_at: Option<Moment>,
    accepted_by: Option<Id>,
    updated_at: Moment,
    /// Who changed it last.
    updated_by: Id,
}

impl RoundView {
    /// A round.
    pub fn of(round: &Round) -> Self {
        Self {
            id: round.id.into(),
            business_id: round.business_id.into(),
            collector: round.collector_id.into(),
            date: round.date.into(),
            covers_from: round.covers_from.map(Day::from),
            status: round.status.as_str(),
            brought_forward: round.brought_forward.into(),
            collected: round.movement.collected.into(),
            reversed: round.movement.reversed.into(),
            paid_out: round.movement.paid_out.into(),
            expected: round.expected.into(),
            counted: round.counted.into(),
            difference: round.difference().into(),
            handed_in: round.handed_in.map(Amount::from),
            kept_back: round.kept_back().into(),
            note: round.note.clone(),
            reason: round.reason.clone(),
            closed_at: round.created_at.into(),
            accepted_at: round.accepted_at.map(Moment),
            accepted_by: round.accepted_by.map(Id::from),
            updated_at: round.updated_at.into(),
            updated_by: round.updated_by.into(),
        }
    }
}

/// A round with its collector's name.
#[derive(Serialize, ToSchema)]
pub struct NamedRoundView {
    #[serde(flatten)]
    round: RoundView,
    collector_name: String,
}

impl From<&NamedRound> for NamedRoundView {
    fn from(named: &NamedRound) -> Self {
        Self { round: RoundView::of(&named.round), collector_name: named.collector_name.to_string() }
    }
}

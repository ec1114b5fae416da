//! What closing, accepting and reopening a round take.

use ofektom_app::RoundInput;
use ofektom_domain::ports::RoundDecision;
use ofektom_domain::round::RoundAcceptance;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{AmountOrZeroIn, Check, Checks, DayIn, IdIn, TextIn};

/// A round to close: the caller's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRoundBody {
    business_id: IdIn,
    /// The last day that it covers, from the day after the caller's last round on; today when it is missing.
    date: Option<DayIn>,
    /// The cash that was counted, of all the days that it covers and of what was kept back before.
    counted: AmountOrZeroIn,
    /// A remark, at most 500 characters.
    note: Option<TextIn>,
}

impl Check for CloseRoundBody {
    type Output = RoundInput;

    fn check(self, checks: &mut Checks) -> Option<RoundInput> {
        let business_id = checks.take_id("business_id", self.business_id);
        let date = checks.take_optional("date", self.date);
        let counted = checks.take("counted", self.counted);
        let note = checks.take_optional("note", self.note);
        Some(RoundInput { business_id: business_id?, date: date?, counted: counted?.0, note: note? })
    }
}

/// What the business takes over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// The cash that was handed in; all that was counted when it is missing. The rest stays with the collector.
    handed_in: Option<AmountOrZeroIn>,
}

impl Check for AcceptBody {
    type Output = RoundDecision;

    fn check(self, checks: &mut Checks) -> Option<RoundDecision> {
        let handed_in = checks.take_optional("handed_in", self.handed_in)?;
        Some(RoundDecision::Accept(RoundAcceptance { handed_in: handed_in.map(|amount| amount.0) }))
    }
}

/// Why a round is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenBody {
    /// Why, in 3 characters or more.
    reason: TextIn,
}

impl Check for ReopenBody {
    type Output = RoundDecision;

    fn check(self, checks: &mut Checks) -> Option<RoundDecision> {
        Some(RoundDecision::Reopen { reason: checks.take("reason", self.reason)? })
    }
}

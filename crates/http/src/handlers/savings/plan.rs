//! The plan that a request asks for: which fields belong to which kind.

use jiff::civil::Date;
use ofektom_domain::money::Money;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::savings::PlanRequest;

use crate::wire::{AmountIn, Checks, DayIn, PlanKindIn, WholeIn};

/// The fields of a plan, as they are in the bodies that have them.
pub struct PlanFields {
    pub kind: PlanKindIn,
    pub box_amount: Option<AmountIn>,
    pub months: Option<WholeIn>,
    pub target_amount: Option<AmountIn>,
    pub end_date: Option<DayIn>,
    pub start_date: DayIn,
}

/// A field of one kind of plan: required there, and not a field of the other.
fn required<T>(checks: &mut Checks, field: &str, value: Option<T>) -> Option<T> {
    if value.is_none() {
        checks.refuse(field, "required", "must be given for this kind");
    }
    value
}

fn foreign<T>(checks: &mut Checks, field: &str, value: Option<&T>) {
    if value.is_some() {
        checks.refuse(field, "not_allowed", "is not a field of this kind");
    }
}

impl PlanFields {
    /// The plan.
    pub fn check(self, checks: &mut Checks) -> Option<PlanRequest> {
        let kind = checks.take("kind", self.kind);
        let box_amount = checks.take_optional("box_amount", self.box_amount);
        let months = checks.take_optional("months", self.months);
        let target_amount = checks.take_optional("target_amount", self.target_amount);
        let end_date = checks.take_optional("end_date", self.end_date);
        let start_date = checks.take("start_date", self.start_date);
        match kind? {
            PlanKind::Daily => daily(checks, box_amount?, months?, (target_amount?, end_date?), start_date),
            PlanKind::Target => target(checks, target_amount?, end_date?, (box_amount?, months?), start_date),
        }
    }
}

fn daily(
    checks: &mut Checks,
    box_amount: Option<Money>,
    months: Option<u32>,
    (target_amount, end_date): (Option<Money>, Option<Date>),
    start_date: Option<Date>,
) -> Option<PlanRequest> {
    foreign(checks, "target_amount", target_amount.as_ref());
    foreign(checks, "end_date", end_date.as_ref());
    let box_amount = required(checks, "box_amount", box_amount);
    let months = required(checks, "months", months);
    Some(PlanRequest::Daily { box_amount: box_amount?, months: months?, start_date: start_date? })
}

fn target(
    checks: &mut Checks,
    target_amount: Option<Money>,
    end_date: Option<Date>,
    (box_amount, months): (Option<Money>, Option<u32>),
    start_date: Option<Date>,
) -> Option<PlanRequest> {
    foreign(checks, "box_amount", box_amount.as_ref());
    foreign(checks, "months", months.as_ref());
    let target_amount = required(checks, "target_amount", target_amount);
    let end_date = required(checks, "end_date", end_date);
    Some(PlanRequest::Target { target_amount: target_amount?, end_date: end_date?, start_date: start_date? })
}

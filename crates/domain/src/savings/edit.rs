//! Changing what was agreed on a card: everything before the first paid box, afterwards only what is still unpaid.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::SavingsAccount;
use super::open::{PlanRequest, start_check};
use crate::commission::{CommissionPeriod, CommissionRequest, CommissionTerms};
use crate::ids::UnitId;
use crate::money::Money;
use crate::plan::{PaidPart, Plan, PlanKind, PlanTerms};
use crate::refusal::{FieldError, Refusal};

/// What to change of a card; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SavingsEdit {
    /// Its unit.
    pub unit_id: Option<UnitId>,
    /// Its kind. Another kind needs the fields of that kind.
    pub kind: Option<PlanKind>,
    /// Its first day.
    pub start_date: Option<Date>,
    /// Of a daily card: the amount of a box.
    pub box_amount: Option<Money>,
    /// Of a daily card: all its months.
    pub months: Option<u32>,
    /// Of a target card: the sum to be reached.
    pub target_amount: Option<Money>,
    /// Of a target card: its last day.
    pub end_date: Option<Date>,
    /// The commission.
    pub commission: Option<CommissionRequest>,
}

/// The card after a change. Its money and its paid boxes are as they were.
///
/// # Errors
/// [`Refusal::CommissionRaised`]; [`Refusal::Invalid`] names each field that is out of range, belongs to the other kind, or cannot
/// be changed any more.
pub(super) fn edited(account: &SavingsAccount, edit: &SavingsEdit, today: Date) -> Result<SavingsAccount, Refusal> {
    foreign_fields_check(edit.kind.unwrap_or(account.plan.terms.kind()), edit)?;
    let (plan, commission_terms) = if account.paid.count() == 0 {
        agreed_anew(account, edit, today)?
    } else {
        fixed_fields_check(account, edit)?;
        commission_check(account, edit)?;
        (remainder_changed(account, edit, today)?, account.commission_terms)
    };
    let unpaid = plan.boxes.total()?.minus(account.paid_amount()?)?;
    if unpaid <= account.credit {
        let message = format!("must leave more to pay than the card's credit of {}", account.credit);
        return Err(Refusal::field(amount_field(plan.terms.kind(), edit), "out_of_range", message));
    }
    let unit_id = edit.unit_id.unwrap_or(account.unit_id);
    Ok(SavingsAccount { unit_id, plan, commission_terms, ..account.clone() })
}

/// What was agreed, for the audit trail.
pub(super) fn terms_state(account: &SavingsAccount) -> Result<Value, Refusal> {
    let days = match account.commission_terms.period {
        CommissionPeriod::Monthly => None,
        CommissionPeriod::Days(days) => Some(days),
    };
    Ok(json!({
        "kind": account.plan.terms.kind().as_str(), "start_date": account.plan.start, "end_date": account.plan.end(),
        "box_amount": account.plan.box_amount(), "total": account.plan.boxes.total()?,
        "commission": account.commission_terms.amount, "commission_days": days, "unit_id": account.unit_id,
    }))
}

/// Before the first paid box: the plan and the commission as if the card were opened with them.
fn agreed_anew(account: &SavingsAccount, edit: &SavingsEdit, today: Date) -> Result<(Plan, CommissionTerms), Refusal> {
    let old = &account.plan;
    let plan = if edit.changes_plan() { edit.request(old)?.plan()? } else { old.clone() };
    if plan.start != old.start {
        start_check(plan.start, today)?;
    }
    let CommissionTerms { amount, period } = account.commission_terms;
    let terms = match edit.commission {
        Some(agreed) => agreed.terms_for(&plan)?,
        // What was agreed as one box stays one box.
        None if amount == old.box_amount() => CommissionTerms { amount: plan.box_amount(), period },
        None => CommissionTerms { amount: amount.min(plan.boxes.total()?), period },
    };
    Ok((plan, terms))
}

/// After the first paid box: what is unpaid.
fn remainder_changed(account: &SavingsAccount, edit: &SavingsEdit, today: Date) -> Result<Plan, Refusal> {
    if !edit.changes_plan() {
        return Ok(account.plan.clone());
    }
    let paid = PaidPart { boxes: &account.paid, amount: account.paid_amount()?, today };
    match account.plan.terms {
        PlanTerms::Daily { box_amount, months } => {
            account.plan.daily_changed(edit.box_amount.unwrap_or(box_amount), edit.months.unwrap_or(months), paid)
        }
        PlanTerms::Target { target_amount, .. } => {
            account.plan.target_changed(edit.target_amount.unwrap_or(target_amount), edit.end_date, paid)
        }
    }
}

/// Once a box is paid the kind and the first day are facts.
fn fixed_fields_check(account: &SavingsAccount, edit: &SavingsEdit) -> Result<(), Refusal> {
    let fixed = |field: &'static str, changed: bool| {
        changed.then(|| FieldError::new(field, "not_changeable", "cannot be changed once a box is paid"))
    };
    let errors: Vec<FieldError> = [
        fixed("kind", edit.kind.is_some_and(|kind| kind != account.plan.terms.kind())),
        fixed("start_date", edit.start_date.is_some_and(|start| start != account.plan.start)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Once a box is paid commission was taken on the terms that were agreed, so they stay.
fn commission_check(account: &SavingsAccount, edit: &SavingsEdit) -> Result<(), Refusal> {
    let Some(asked) = edit.commission else { return Ok(()) };
    let terms = asked.terms_for(&account.plan)?;
    if terms == account.commission_terms {
        return Ok(());
    }
    if !terms.is_never_more_than(account.commission_terms) {
        return Err(Refusal::CommissionRaised);
    }
    Err(Refusal::field("commission", "not_changeable", "cannot be changed once a box is paid"))
}

fn foreign_fields_check(kind: PlanKind, edit: &SavingsEdit) -> Result<(), Refusal> {
    let given = match kind {
        PlanKind::Daily => [("target_amount", edit.target_amount.is_some()), ("end_date", edit.end_date.is_some())],
        PlanKind::Target => [("box_amount", edit.box_amount.is_some()), ("months", edit.months.is_some())],
    };
    let foreign = |(field, given): (&'static str, bool)| {
        given.then(|| FieldError::new(field, "not_allowed", "is not a field of this kind"))
    };
    let errors: Vec<FieldError> = given.into_iter().filter_map(foreign).collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// The field that tells how much there is to pay.
fn amount_field(kind: PlanKind, edit: &SavingsEdit) -> &'static str {
    match kind {
        PlanKind::Daily if edit.box_amount.is_none() => "months",
        PlanKind::Daily => "box_amount",
        PlanKind::Target => "target_amount",
    }
}

impl SavingsEdit {
    fn changes_plan(&self) -> bool {
        let Self { unit_id: _, commission: _, kind, start_date, box_amount, months, target_amount, end_date } = self;
        let terms = [kind.is_some(), box_amount.is_some(), months.is_some(), target_amount.is_some()];
        terms.contains(&true) || start_date.is_some() || end_date.is_some()
    }

    /// The plan to agree on: what is not stated is as it was.
    fn request(&self, old: &Plan) -> Result<PlanRequest, Refusal> {
        let start_date = self.start_date.unwrap_or(old.start);
        let (old_box, old_months, old_target, old_end) = match old.terms {
            PlanTerms::Daily { box_amount, months } => (Some(box_amount), Some(months), None, None),
            PlanTerms::Target { target_amount, .. } => (None, None, Some(target_amount), Some(old.end())),
        };
        let missing = |field: &'static str| Refusal::field(field, "required", "must be given for this kind");
        match self.kind.unwrap_or(old.terms.kind()) {
            PlanKind::Daily => Ok(PlanRequest::Daily {
                box_amount: self.box_amount.or(old_box).ok_or_else(|| missing("box_amount"))?,
                months: self.months.or(old_months).ok_or_else(|| missing("months"))?,
                start_date,
            }),
            PlanKind::Target => Ok(PlanRequest::Target {
                target_amount: self.target_amount.or(old_target).ok_or_else(|| missing("target_amount"))?,
                end_date: self.end_date.or(old_end).ok_or_else(|| missing("end_date"))?,
                start_date,
            }),
        }
    }
}

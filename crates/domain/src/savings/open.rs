//! Opening a card, and renewing one that has ended.

use jiff::civil::Date;
use serde_json::json;

use super::{SavingsAccount, SavingsStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::calendar::{add_days, days_between};
use crate::commission::{CommissionRequest, CommissionTerms};
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use crate::money::Money;
use crate::plan::{PaidBoxes, Plan, PlanTerms};
use crate::refusal::Refusal;
use crate::tracking_number::TrackingNumber;

/// How far back a card may start, in days: paper cards that move in have started long ago.
const START_DAYS_BACK_MAX: i64 = 3_660;
/// How far ahead a card may start, in days.
const START_DAYS_AHEAD_MAX: i64 = 366;

/// The plan that someone asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanRequest {
    /// The same amount every day.
    Daily {
        /// The amount of one box.
        box_amount: Money,
        /// The number of months.
        months: u32,
        /// The first day.
        start_date: Date,
    },
    /// A sum by a day.
    Target {
        /// The sum.
        target_amount: Money,
        /// The first day.
        start_date: Date,
        /// The last day.
        end_date: Date,
    },
}

impl PlanRequest {
    /// The plan.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a field is out of range.
    pub fn plan(&self) -> Result<Plan, Refusal> {
        match *self {
            Self::Daily { box_amount, months, start_date } => Plan::daily(box_amount, months, start_date),
            Self::Target { target_amount, start_date, end_date } => Plan::target(target_amount, start_date, end_date),
        }
    }
}

/// A card to open.
#[derive(Clone, Debug)]
pub struct OpenSavings {
    /// The business that will keep it.
    pub business_id: BusinessId,
    /// Its unit.
    pub unit_id: UnitId,
    /// Whose savings they are.
    pub customer_id: UserId,
    /// The plan.
    pub plan: PlanRequest,
    /// The commission: agreed, or the business's default.
    pub commission: CommissionRequest,
    /// The number to print on the card.
    pub tracking_number: TrackingNumber,
}

/// Decides on opening a card.
///
/// # Errors
/// [`Refusal::Invalid`] when the plan, its start or the commission is out of range.
pub fn open_decide(command: &OpenSavings, context: &Context) -> Result<(SavingsAccount, Effects), Refusal> {
    let plan = command.plan.plan()?;
    start_check(plan.start, context.today)?;
    let terms = command.commission.terms_for(&plan)?;
    opened(command, plan, terms, None, context)
}

/// Decides on renewing a card: a new one with the same terms; the old one stays as it is.
///
/// # Errors
/// [`Refusal::NotEnded`] when the card has not ended; [`Refusal::Invalid`] when the start is out of range.
pub fn renew_decide(
    old: &SavingsAccount,
    start_date: Date,
    tracking_number: TrackingNumber,
    context: &Context,
) -> Result<(SavingsAccount, Effects), Refusal> {
    if !matches!(old.status, SavingsStatus::Completed | SavingsStatus::PaidOut) {
        return Err(Refusal::NotEnded(old.status));
    }
    start_check(start_date, context.today)?;
    let plan = match old.plan.terms {
        PlanTerms::Daily { box_amount, months } => PlanRequest::Daily { box_amount, months, start_date },
        PlanTerms::Target { target_amount, .. } => {
            let days = days_between(old.plan.start, old.plan.end());
            let end_date = add_days(start_date, days).ok_or(Refusal::TooLarge)?;
            PlanRequest::Target { target_amount, start_date, end_date }
        }
    };
    let command = OpenSavings {
        business_id: old.business_id,
        unit_id: old.unit_id,
        customer_id: old.customer_id,
        plan,
        commission: CommissionRequest {
            amount: Some(old.commission_terms.amount),
            period: old.commission_terms.period,
        },
        tracking_number,
    };
    opened(&command, plan.plan()?, old.commission_terms, Some(old.id), context)
}

/// A card starts within the last ten years or the next year.
pub(super) fn start_check(start: Date, today: Date) -> Result<(), Refusal> {
    let ahead = days_between(today, start);
    if (-START_DAYS_BACK_MAX..=START_DAYS_AHEAD_MAX).contains(&ahead) {
        return Ok(());
    }
    Err(Refusal::field("start_date", "out_of_range", "must be within the last ten years or the next year"))
}

fn opened(
    command: &OpenSavings,
    plan: Plan,
    commission_terms: CommissionTerms,
    renewed_from: Option<SavingsAccountId>,
    context: &Context,
) -> Result<(SavingsAccount, Effects), Refusal> {
    let mut ids = context.ids();
    let account = SavingsAccount {
        id: ids.make(),
        business_id: command.business_id,
        unit_id: command.unit_id,
        customer_id: command.customer_id,
        tracking_number: command.tracking_number,
        plan,
        commission_terms,
        paid: PaidBoxes::default(),
        status: SavingsStatus::Active,
        completion: None,
        ever_paid: false,
        collected: Money::ZERO,
        credit: Money::ZERO,
        commission: Money::ZERO,
        balance: Money::ZERO,
        held: Money::ZERO,
        paid_out: Money::ZERO,
        renewed_from,
        version: 1,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let verb = if renewed_from.is_some() { "savings.renew" } else { "savings.open" };
    let about = (AuditEntity::SavingsAccount, account.id.uuid());
    let state = json!({
        "kind": account.plan.terms.kind().as_str(), "start_date": account.plan.start, "end_date": account.plan.end(),
        "total": account.plan.boxes.total()?, "commission": commission_terms.amount,
        "customer_id": account.customer_id, "unit_id": account.unit_id, "renewed_from": renewed_from,
    });
    let audit = AuditRow::new(&mut ids, context, Some(account.business_id), verb, about).after(state);
    Ok((account, Effects { audit: vec![audit], ..Effects::default() }))
}

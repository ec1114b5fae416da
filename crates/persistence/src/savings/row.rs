//! A row of `savings_accounts`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::commission::{CommissionPeriod, CommissionTerms};
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::plan::{BoxRuns, PaidBoxes, Plan, PlanKind, PlanTerms};
use ofektom_domain::savings::{CompletionReason, SavingsAccount, SavingsStatus};
use ofektom_domain::tracking_number::TrackingNumber;

use crate::engine::{Col, DbError};
use crate::schema::savings_accounts;

/// A card. What is derived (its end, its next due day, how many boxes are paid) is stored for lists and reports only.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = savings_accounts, treat_none_as_default_value = false)]
pub(crate) struct CardRow {
    business_id: Col<BusinessId>,
    id: Col<SavingsAccountId>,
    unit_id: Col<UnitId>,
    customer_id: Col<UserId>,
    tracking_number: Col<TrackingNumber>,
    plan_kind: Col<PlanKind>,
    plan_amount_kobo: Col<Money>,
    plan_months: Col<u32>,
    plan_target_date: Option<Col<Date>>,
    start_date: Col<Date>,
    end_date: Col<Date>,
    boxes: Col<BoxRuns>,
    paid: Col<PaidBoxes>,
    boxes_paid: Col<u32>,
    commission_terms_kobo: Col<Money>,
    commission_terms_days: Option<Col<u32>>,
    status: Col<SavingsStatus>,
    completion: Option<Col<CompletionReason>>,
    ever_paid: bool,
    collected_kobo: Col<Money>,
    credit_kobo: Col<Money>,
    commission_kobo: Col<Money>,
    balance_kobo: Col<Money>,
    held_kobo: Col<Money>,
    paid_out_kobo: Col<Money>,
    next_due_date: Option<Col<Date>>,
    renewed_from: Option<Col<SavingsAccountId>>,
    version: Col<i64>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

/// What everyday changes write of a card: everything but whose it is, its number, its kind, its start and the target's day
/// (see `terms_write_in_tx`).
pub(crate) struct CardChange {
    pub(crate) business_id: Col<BusinessId>,
    pub(crate) id: Col<SavingsAccountId>,
    pub(crate) unit_id: Col<UnitId>,
    pub(crate) plan_amount_kobo: Col<Money>,
    pub(crate) plan_months: Col<u32>,
    pub(crate) end_date: Col<Date>,
    pub(crate) boxes: Col<BoxRuns>,
    pub(crate) paid: Col<PaidBoxes>,
    pub(crate) boxes_paid: Col<u32>,
    pub(crate) commission_terms_kobo: Col<Money>,
    pub(crate) commission_terms_days: Option<Col<u32>>,
    pub(crate) status: Col<SavingsStatus>,
    pub(crate) completion: Option<Col<CompletionReason>>,
    pub(crate) ever_paid: bool,
    pub(crate) collected_kobo: Col<Money>,
    pub(crate) credit_kobo: Col<Money>,
    pub(crate) commission_kobo: Col<Money>,
    pub(crate) balance_kobo: Col<Money>,
    pub(crate) held_kobo: Col<Money>,
    pub(crate) paid_out_kobo: Col<Money>,
    pub(crate) next_due_date: Option<Col<Date>>,
    pub(crate) version: Col<i64>,
    pub(crate) updated_at: Col<Timestamp>,
    pub(crate) updated_by: Col<UserId>,
}

impl From<SavingsAccount> for CardRow {
    fn from(card: SavingsAccount) -> Self {
        let (plan_amount, plan_months, plan_target_date) = plan_columns(card.plan.terms);
        Self {
            business_id: Col(card.business_id),
            id: Col(card.id),
            unit_id: Col(card.unit_id),
            customer_id: Col(card.customer_id),
            tracking_number: Col(card.tracking_number),
            plan_kind: Col(card.plan.terms.kind()),
            plan_amount_kobo: Col(plan_amount),
            plan_months: Col(plan_months),
            plan_target_date: plan_target_date.map(Col),
            start_date: Col(card.plan.start),
            end_date: Col(card.plan.end()),
            boxes_paid: Col(card.paid.count()),
            commission_terms_kobo: Col(card.commission_terms.amount),
            commission_terms_days: days_column(card.commission_terms.period).map(Col),
            status: Col(card.status),
            completion: card.completion.map(Col),
            ever_paid: card.ever_paid,
            collected_kobo: Col(card.collected),
            credit_kobo: Col(card.credit),
            commission_kobo: Col(card.commission),
            balance_kobo: Col(card.balance),
            held_kobo: Col(card.held),
            paid_out_kobo: Col(card.paid_out),
            next_due_date: card.next_due_date().map(Col),
            renewed_from: card.renewed_from.map(Col),
            version: Col(card.version),
            created_at: Col(card.created_at),
            created_by: Col(card.created_by),
            updated_at: Col(card.updated_at),
            updated_by: Col(card.updated_by),
            boxes: Col(card.plan.boxes),
            paid: Col(card.paid),
        }
    }
}

impl From<SavingsAccount> for CardChange {
    fn from(card: SavingsAccount) -> Self {
        let (plan_amount, plan_months, _) = plan_columns(card.plan.terms);
        Self {
            business_id: Col(card.business_id),
            id: Col(card.id),
            unit_id: Col(card.unit_id),
            plan_amount_kobo: Col(plan_amount),
            plan_months: Col(plan_months),
            end_date: Col(card.plan.end()),
            boxes_paid: Col(card.paid.count()),
            commission_terms_kobo: Col(card.commission_terms.amount),
            commission_terms_days: days_column(card.commission_terms.period).map(Col),
            status: Col(card.status),
            completion: card.completion.map(Col),
            ever_paid: card.ever_paid,
            collected_kobo: Col(card.collected),
            credit_kobo: Col(card.credit),
            commission_kobo: Col(card.commission),
            balance_kobo: Col(card.balance),
            held_kobo: Col(card.held),
            paid_out_kobo: Col(card.paid_out),
            next_due_date: card.next_due_date().map(Col),
            version: Col(card.version),
            updated_at: Col(card.updated_at),
            updated_by: Col(card.updated_by),
            boxes: Col(card.plan.boxes),
            paid: Col(card.paid),
        }
    }
}

impl TryFrom<CardRow> for SavingsAccount {
    type Error = DbError;

    fn try_from(row: CardRow) -> Result<Self, DbError> {
        let terms = plan_terms(&row)?;
        let period = row.commission_terms_days.map_or(CommissionPeriod::Monthly, |days| CommissionPeriod::Days(days.0));
        Ok(Self {
            id: row.id.0,
            business_id: row.business_id.0,
            unit_id: row.unit_id.0,
            customer_id: row.customer_id.0,
            tracking_number: row.tracking_number.0,
            plan: Plan { terms, start: row.start_date.0, boxes: row.boxes.0 },
            commission_terms: CommissionTerms { amount: row.commission_terms_kobo.0, period },
            paid: row.paid.0,
            status: row.status.0,
            completion: row.completion.map(|reason| reason.0),
            ever_paid: row.ever_paid,
            collected: row.collected_kobo.0,
            credit: row.credit_kobo.0,
            commission: row.commission_kobo.0,
            balance: row.balance_kobo.0,
            held: row.held_kobo.0,
            paid_out: row.paid_out_kobo.0,
            renewed_from: row.renewed_from.map(|card| card.0),
            version: row.version.0,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        })
    }
}

/// The amount, the months and the day that were agreed; what they mean depends on the kind.
pub(super) const fn plan_columns(terms: PlanTerms) -> (Money, u32, Option<Date>) {
    match terms {
        PlanTerms::Daily { box_amount, months } => (box_amount, months, None),
        PlanTerms::Target { target_amount, end_date, months_added } => (target_amount, months_added, Some(end_date)),
    }
}

fn plan_terms(row: &CardRow) -> Result<PlanTerms, DbError> {
    match (row.plan_kind.0, row.plan_target_date) {
        (PlanKind::Daily, None) => {
            Ok(PlanTerms::Daily { box_amount: row.plan_amount_kobo.0, months: row.plan_months.0 })
        }
        (PlanKind::Target, Some(end_date)) => Ok(PlanTerms::Target {
            target_amount: row.plan_amount_kobo.0,
            end_date: end_date.0,
            months_added: row.plan_months.0,
        }),
        _ => Err(DbError::Corrupt(format!("the plan of card {}", row.id.0))),
    }
}

const fn days_column(period: CommissionPeriod) -> Option<u32> {
    match period {
        CommissionPeriod::Monthly => None,
        CommissionPeriod::Days(days) => Some(days),
    }
}

//! A card, as it goes over the wire.

use ofektom_domain::money::Money;
use ofektom_domain::plan::PlanTerms;
use ofektom_domain::ports::Names;
use ofektom_domain::savings::{CompletionReason, SavingsAccount};
use serde::Serialize;
use utoipa::ToSchema;

use crate::handlers::businesses::CommissionView;
use crate::wire::{Amount, Day, Id, Moment};

/// A savings account (card).
#[derive(Serialize, ToSchema)]
pub struct SavingsView {
    id: Id,
    business_id: Id,
    unit_id: Id,
    /// In lists and single reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<String>,
    customer_id: Id,
    /// In lists and single reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    /// The number on the card.
    #[schema(example = "4539578763")]
    tracking_number: String,
    /// `daily` or `target`.
    kind: &'static str,
    /// `active`, `completed`, `paid_out` or `cancelled`.
    status: &'static str,
    /// `not_started`, `in_progress` or `full`.
    progress: &'static str,
    /// Why it completed: `all_paid`, `ended_early` or `matured`.
    completion: Option<&'static str>,
    start_date: Day,
    end_date: Day,
    /// The day of the oldest unpaid box of an active card.
    next_due_date: Option<Day>,
    /// For a daily card: its months, extensions included.
    months: Option<u32>,
    /// A box as it is agreed now: of a daily card each box to come, of a target card its oldest unpaid box.
    box_amount: Amount,
    /// For a target card: the sum to be reached.
    target_amount: Option<Amount>,
    /// What all boxes cost together.
    total: Amount,
    boxes_total: u32,
    boxes_paid: u32,
    /// All money collected and not reversed.
    collected: Amount,
    /// Commission taken.
    commission: Amount,
    /// Collected money that does not fill a box yet.
    credit: Amount,
    /// What can be paid out.
    balance: Amount,
    /// Set aside for an open payment request.
    held: Amount,
    paid_out: Amount,
    commission_terms: CommissionView,
    /// The card it renews.
    renewed_from: Option<Id>,
    created_at: Moment,
    created_by: Id,
    updated_at: Moment,
    /// The person who changed it last; that it matured is nobody's doing.
    updated_by: Id,
}

impl SavingsView {
    /// A card with names beside its ids, for people who read it.
    pub fn named(account: &SavingsAccount, names: &Names) -> Self {
        Self {
            unit_name: names.get(account.unit_id).map(str::to_owned),
            customer_name: names.get(account.customer_id).map(str::to_owned),
            ..Self::from(account)
        }
    }
}

impl From<&SavingsAccount> for SavingsView {
    fn from(account: &SavingsAccount) -> Self {
        let (months, target_amount) = match account.plan.terms {
            PlanTerms::Daily { months, .. } => (Some(months), None),
            PlanTerms::Target { target_amount, .. } => (None, Some(target_amount)),
        };
        let terms = account.commission_terms;
        Self {
            id: account.id.into(),
            business_id: account.business_id.into(),
            unit_id: account.unit_id.into(),
            unit_name: None,
            customer_id: account.customer_id.into(),
            customer_name: None,
            tracking_number: account.tracking_number.to_string(),
            kind: account.plan.terms.kind().as_str(),
            status: account.status.as_str(),
            progress: account.progress().as_str(),
            completion: account.completion.map(CompletionReason::as_str),
            start_date: account.plan.start.into(),
            end_date: account.plan.end().into(),
            next_due_date: account.next_due_date().map(Day),
            months,
            box_amount: account.box_amount().into(),
            target_amount: target_amount.map(Amount),
            // A plan whose sum leaves the range of the books is never opened.
            total: account.plan.boxes.total().unwrap_or(Money::ZERO).into(),
            boxes_total: account.plan.boxes.len(),
            boxes_paid: account.paid.count(),
            collected: account.collected.into(),
            commission: account.commission.into(),
            credit: account.credit.into(),
            balance: account.balance.into(),
            held: account.held.into(),
            paid_out: account.paid_out.into(),
            commission_terms: CommissionView::of(Some(terms.amount), terms.period),
            renewed_from: account.renewed_from.map(Id::from),
            created_at: account.created_at.into(),
            created_by: account.created_by.into(),
            updated_at: account.updated_at.into(),
            updated_by: account.updated_by.into(),
        }
    }
}

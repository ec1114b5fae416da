//! A contribution in an answer.

use ofektom_domain::contribution::{Contribution, ContributionReceipt, Marking};
use ofektom_domain::ports::Names;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, Day, Id, Moment};

/// One act of collecting, or the reversal of one.
#[derive(Serialize, ToSchema)]
pub struct ContributionView {
    id: Id,
    business_id: Id,
    savings_id: Id,
    /// The number on the card. In lists and single reads, as are names.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_number: Option<String>,
    customer_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    unit_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<String>,
    /// `collection`, or `reversal` when it takes one back.
    kind: &'static str,
    /// `posted` while the money stands, `reversed` once it was taken back, `reversal` for what takes it back.
    status: &'static str,
    /// The amount, always more than zero.
    amount: Amount,
    /// `cash`, `card` or `bank_transfer`.
    method: &'static str,
    /// The business's day on which it was collected; for a reversal the day of the reversal.
    collected_on: Day,
    /// Who collected it; for a reversal whoever collected what it reverses.
    collected_by: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    collector_name: Option<String>,
    /// A remark; for a reversal its reason.
    note: Option<String>,
    /// How many boxes it paid or reopened.
    boxes_count: u32,
    /// The card's credit afterwards.
    credit_after: Amount,
    /// The card's balance afterwards.
    balance_after: Amount,
    /// Commission that it caused: above zero taken, below zero given back.
    commission_taken: Amount,
    /// The journal entry that booked the money.
    entry_id: Id,
    /// For a reversal: the contribution that it takes back.
    reverses: Option<Id>,
    /// For a collection: the reversal that took it back.
    reversed_by: Option<Id>,
    created_at: Moment,
    created_by: Id,
}

/// A contribution with its boxes.
#[derive(Serialize, ToSchema)]
pub struct ContributionDetailView {
    #[serde(flatten)]
    contribution: ContributionView,
    /// The boxes that it paid or reopened, in order of days.
    allocated: Vec<BoxView>,
}

/// One box that a contribution paid or reopened.
#[derive(Serialize, ToSchema)]
pub struct BoxView {
    date: Day,
    amount: Amount,
}

impl From<&Contribution> for ContributionView {
    fn from(contribution: &Contribution) -> Self {
        Self {
            id: contribution.id.into(),
            business_id: contribution.business_id.into(),
            savings_id: contribution.savings_account_id.into(),
            tracking_number: None,
            customer_id: contribution.customer_id.into(),
            customer_name: None,
            unit_id: contribution.unit_id.into(),
            unit_name: None,
            kind: contribution.kind.as_str(),
            status: contribution.status().as_str(),
            amount: contribution.amount.into(),
            method: contribution.method.as_str(),
            collected_on: contribution.collected_on.into(),
            collected_by: contribution.collected_by.into(),
            collector_name: None,
            note: contribution.note.clone(),
            boxes_count: contribution.boxes,
            credit_after: contribution.credit_after.into(),
            balance_after: contribution.balance_after.into(),
            commission_taken: contribution.commission.into(),
            entry_id: contribution.entry_id.into(),
            reverses: contribution.reverses.map(Id::from),
            reversed_by: contribution.reversed_by.map(Id::from),
            created_at: contribution.created_at.into(),
            created_by: contribution.created_by.into(),
        }
    }
}

pub(super) const HEADER: [&str; 22] = [
    "id",
    "collected_on",
    "kind",
    "status",
    "amount",
    "method",
    "tracking_number",
    "customer",
    "collector",
    "unit",
    "boxes_count",
    "credit_after",
    "balance_after",
    "commission_taken",
    "note",
    "reverses",
    "reversed_by",
    "savings_id",
    "customer_id",
    "collected_by",
    "entry_id",
    "created_at",
];

impl ContributionView {
    /// A contribution with names beside its ids, for people who read it.
    pub fn named(contribution: &Contribution, names: &Names) -> Self {
        let name = |id: uuid::Uuid| names.get(id).map(str::to_owned);
        Self {
            tracking_number: name(contribution.savings_account_id.into()),
            customer_name: name(contribution.customer_id.into()),
            unit_name: name(contribution.unit_id.into()),
            collector_name: name(contribution.collected_by.into()),
            ..Self::from(contribution)
        }
    }

    /// The line of a table, in the order of [`HEADER`].
    pub(super) fn cells(self) -> [String; 22] {
        let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
        [
            self.id.to_string(),
            self.collected_on.0.to_string(),
            self.kind.to_owned(),
            self.status.to_owned(),
            self.amount.0.to_string(),
            self.method.to_owned(),
            self.tracking_number.unwrap_or_default(),
            self.customer_name.unwrap_or_default(),
            self.collector_name.unwrap_or_default(),
            self.unit_name.unwrap_or_default(),
            self.boxes_count.to_string(),
            self.credit_after.0.to_string(),
            self.balance_after.0.to_string(),
            self.commission_taken.0.to_string(),
            self.note.unwrap_or_default(),
            id(self.reverses),
            id(self.reversed_by),
            self.savings_id.to_string(),
            self.customer_id.to_string(),
            self.collected_by.to_string(),
            self.entry_id.to_string(),
            format!("{:.6}", self.created_at.0),
        ]
    }
}

impl ContributionDetailView {
    /// A contribution and the boxes it paid or reopened.
    pub fn new(contribution: &Contribution, boxes: &[Marking]) -> Self {
        Self { contribution: contribution.into(), allocated: boxes.iter().map(BoxView::from).collect() }
    }

    /// The same with names beside the ids.
    pub fn named(contribution: &Contribution, names: &Names, boxes: &[Marking]) -> Self {
        Self { contribution: ContributionView::named(contribution, names), ..Self::new(contribution, boxes) }
    }

    /// What a contribution or a reversal did.
    pub fn of_receipt(receipt: &ContributionReceipt) -> Self {
        Self::new(&receipt.contribution, &receipt.allocated)
    }

    /// Where what it did can be read again.
    pub fn location(receipt: &ContributionReceipt) -> Option<String> {
        Some(format!("/api/v1/contributions/{}", receipt.contribution.id))
    }
}

impl From<&Marking> for BoxView {
    fn from(marking: &Marking) -> Self {
        Self { date: marking.box_date.into(), amount: marking.amount.into() }
    }
}

//! The sheet as it goes over the wire.

use ofektom_app::CollectionSheet;
use ofektom_domain::money::Money;
use ofektom_domain::savings::SheetLine;
use serde::Serialize;
use utoipa::ToSchema;

use super::place::SheetCursor;
use crate::wire::{Amount, Day, Id};

pub(super) const HEADER: [&str; 18] = [
    "unit",
    "customer",
    "phone",
    "tracking_number",
    "box_amount",
    "amount_today",
    "boxes_behind",
    "arrears",
    "credit",
    "amount_due",
    "last_collected_on",
    "next_due_date",
    "end_date",
    "balance",
    "kind",
    "savings_id",
    "customer_id",
    "unit_id",
];

/// Whom to visit on a day.
#[derive(Serialize, ToSchema)]
pub struct CollectionSheetView {
    business_id: Id,
    /// The business's day.
    date: Day,
    /// The unit that the sheet is of; `null` when it is of all.
    unit_id: Option<Id>,
    /// The cards that are due, by the name of the unit, then by the name of the customer, then by card.
    items: Vec<SheetLineView>,
    /// Where the next page starts; `null` on the last page.
    next_cursor: Option<String>,
    /// How many cards the whole sheet has, whichever page this is; only when `total=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    /// What is behind on all of them; only when `total=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_arrears: Option<Amount>,
    /// What to collect on all of them; only when `total=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_due: Option<Amount>,
}

/// A card that is due.
#[derive(Serialize, ToSchema)]
pub struct SheetLineView {
    savings_id: Id,
    /// The number on the card.
    tracking_number: String,
    /// `daily` or `target`.
    kind: &'static str,
    customer_id: Id,
    customer_name: String,
    /// The number to call.
    customer_phone: String,
    unit_id: Id,
    unit_name: String,
    /// A box as it is agreed now.
    box_amount: Amount,
    /// Whether the day's own box is unpaid.
    due_today: bool,
    /// The amount of the day's own box while it is unpaid; `0.00` otherwise.
    amount_today: Amount,
    /// How many boxes of earlier days are unpaid.
    boxes_behind: u32,
    /// What those cost together.
    arrears: Amount,
    /// Collected money that does not fill a box yet.
    credit: Amount,
    /// What to collect: arrears and the day's box, less the credit. It is `0.00` when the credit covers them.
    amount_due: Amount,
    /// The last day of which money stands on the card.
    last_collected_on: Option<Day>,
    /// The day of the oldest unpaid box.
    next_due_date: Option<Day>,
    end_date: Day,
    /// What can be paid out.
    balance: Amount,
}

impl From<CollectionSheet> for CollectionSheetView {
    fn from(part: CollectionSheet) -> Self {
        let filter = part.filter().clone();
        let sheet = part.sheet;
        Self {
            business_id: filter.business_id.into(),
            date: filter.day.into(),
            unit_id: filter.unit_id.map(Id::from),
            items: sheet.lines.into_iter().map(SheetLineView::from).collect(),
            next_cursor: sheet.next.and_then(SheetCursor::text),
            total: sheet.totals.map(|totals| totals.cards),
            total_arrears: sheet.totals.map(|totals| totals.arrears.into()),
            total_due: sheet.totals.map(|totals| totals.amount_due.into()),
        }
    }
}

impl From<SheetLine> for SheetLineView {
    fn from(line: SheetLine) -> Self {
        let account = line.account;
        Self {
            savings_id: account.id.into(),
            tracking_number: account.tracking_number.to_string(),
            kind: account.plan.terms.kind().as_str(),
            customer_id: account.customer_id.into(),
            customer_name: line.customer_name.to_string(),
            customer_phone: line.customer_phone.as_str().to_owned(),
            unit_id: account.unit_id.into(),
            unit_name: line.unit_name,
            box_amount: account.box_amount().into(),
            due_today: line.due.today.is_some(),
            amount_today: line.due.today.unwrap_or(Money::ZERO).into(),
            boxes_behind: line.due.behind,
            arrears: line.due.arrears.into(),
            credit: account.credit.into(),
            amount_due: line.amount_due.into(),
            last_collected_on: line.last_collected_on.map(Day),
            next_due_date: account.next_due_date().map(Day),
            end_date: account.plan.end().into(),
            balance: account.balance.into(),
        }
    }
}

impl SheetLineView {
    /// The line of a table, in the order of [`HEADER`].
    pub(super) fn cells(self) -> [String; 18] {
        let day = |day: Option<Day>| day.map(|day| day.0.to_string()).unwrap_or_default();
        [
            self.unit_name,
            self.customer_name,
            self.customer_phone,
            self.tracking_number,
            self.box_amount.0.to_string(),
            self.amount_today.0.to_string(),
            self.boxes_behind.to_string(),
            self.arrears.0.to_string(),
            self.credit.0.to_string(),
            self.amount_due.0.to_string(),
            day(self.last_collected_on),
            day(self.next_due_date),
            self.end_date.0.to_string(),
            self.balance.0.to_string(),
            self.kind.to_owned(),
            self.savings_id.to_string(),
            self.customer_id.to_string(),
            self.unit_id.to_string(),
        ]
    }
}

//! From the cells of a row to its domain values, every cell that is not acceptable named.

use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::import::{ImportCard, ImportRow, LineError};

use super::cells::Cells;
use crate::handlers::savings::PlanFields;
use crate::wire::{AmountOrZeroIn, Checks, Input, Unfit};

/// Most characters of a reference.
const REFERENCE_CHARS_MAX: usize = 64;
/// The columns that only a row with a card fills.
const OF_A_CARD: [&str; 9] = [
    "kind",
    "box_amount",
    "months",
    "target_amount",
    "start_date",
    "end_date",
    "commission_amount",
    "commission_days",
    "reference",
];

/// The row of a line.
///
/// # Errors
/// Every cell that is not acceptable.
pub fn row_of(line: u32, cells: &Cells<'_>) -> Result<ImportRow, Vec<LineError>> {
    let checked = Checks::collect(|checks| {
        let phone = checks.take("phone", cells.required("phone"));
        let full_name = checks.take("full_name", cells.required("full_name"));
        let unit = cells.get("unit").map(str::to_owned);
        let with_card = OF_A_CARD.iter().any(|column| cells.get(column).is_some());
        let card = if with_card { card_of(checks, cells).map(Some) } else { Some(None) };
        Some(ImportRow { line, phone: phone?, full_name: full_name?, unit, card: card? })
    });
    checked.map_err(|errors| errors.into_iter().map(|error| LineError { line, error }).collect())
}

fn card_of(checks: &mut Checks, cells: &Cells<'_>) -> Option<ImportCard> {
    let missing = || Input::of(Err(Unfit { code: "required", message: "must be given".into() }));
    let plan = PlanFields {
        kind: cells.required("kind"),
        box_amount: cells.amount("box_amount"),
        months: cells.whole("months"),
        target_amount: cells.amount("target_amount"),
        end_date: cells.day("end_date"),
        start_date: cells.day("start_date").unwrap_or_else(missing),
    };
    let plan = plan.check(checks);
    let commission = commission_of(checks, cells);
    let reference = checks.take("reference", Input::of(reference_of(cells.get("reference").unwrap_or(""))));
    Some(ImportCard { plan: plan?, commission: commission?, reference: reference? })
}

fn commission_of(checks: &mut Checks, cells: &Cells<'_>) -> Option<Option<CommissionRequest>> {
    let amount: Option<AmountOrZeroIn> = cells.amount("commission_amount");
    let amount = checks.take_optional("commission_amount", amount);
    let days = checks.take_optional("commission_days", cells.whole("commission_days"));
    let (amount, days) = (amount?.map(|amount| amount.0), days?);
    if amount.is_none() && days.is_none() {
        return Some(None);
    }
    Some(Some(CommissionRequest { amount, period: days.map_or(CommissionPeriod::Monthly, CommissionPeriod::Days) }))
}

fn reference_of(cell: &str) -> Result<String, Unfit> {
    if cell.chars().count() > REFERENCE_CHARS_MAX || cell.chars().any(char::is_control) {
        let message = format!("must be at most {REFERENCE_CHARS_MAX} characters without control characters");
        return Err(Unfit { code: "length", message: message.into() });
    }
    Ok(cell.to_owned())
}

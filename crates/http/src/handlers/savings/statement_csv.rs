//! The statement as CSV, for a spreadsheet: the opening balance, the movements, the closing balance.

use jiff::civil::Date;
use ofektom_app::Statement;
use ofektom_domain::money::Money;
use ofektom_domain::ports::StatementLine;

use super::statement::sides;
use crate::problem::ApiResult;
use crate::reply;

const HEADER: [&str; 10] = [
    "date",
    "event",
    "by",
    "money_in",
    "money_out",
    "balance",
    "contribution_id",
    "payment_request_id",
    "entry_id",
    "created_at",
];

/// 200 with the statement as CSV.
pub(super) fn answer(file: &str, statement: &Statement) -> ApiResult {
    let movements = &statement.movements;
    let opening = balance(statement.from, "opening_balance", movements.opening);
    let closing = balance(statement.to, "closing_balance", movements.closing());
    reply::csv_file(file, HEADER, std::iter::once(opening).chain(movements.lines.iter().map(movement)).chain([closing]))
}

fn balance(date: Date, event: &str, balance: Money) -> [String; 10] {
    let mut row = [const { String::new() }; 10];
    let [day, what, _, _, _, money, ..] = &mut row;
    (*day, *what, *money) = (date.to_string(), event.to_owned(), balance.to_string());
    row
}

fn movement(line: &StatementLine) -> [String; 10] {
    let (money_in, money_out) = sides(line);
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        line.occurred_on.to_string(),
        line.event.as_str().to_owned(),
        line.by_name.as_ref().map(ToString::to_string).unwrap_or_default(),
        money_in.to_string(),
        money_out.to_string(),
        line.balance.to_string(),
        text(line.contribution_id.map(Into::into)),
        text(line.payment_request_id.map(Into::into)),
        line.entry_id.to_string(),
        format!("{:.6}", line.created_at),
    ]
}

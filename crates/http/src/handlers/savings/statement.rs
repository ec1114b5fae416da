//! The statement of a card, as JSON, CSV or PDF.

use actix_web::HttpRequest;
use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::{App, Statement};
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::{Money, MoneyError};
use ofektom_domain::ports::StatementLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{statement_csv, statement_pdf};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply::{self, Form, Printer};
use crate::wire::{Amount, Check, Checks, Day, DayIn, Id, Moment, days_of};

/// Which days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementQuery {
    /// The first day.
    from: Option<DayIn>,
    /// The last day.
    to: Option<DayIn>,
}

impl Check for StatementQuery {
    type Output = (Option<Date>, Option<Date>);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        days_of(checks, self.from, self.to)
    }
}

/// The statement of a card between two days.
#[derive(Serialize, ToSchema)]
pub struct StatementView {
    savings_id: Id,
    #[schema(example = "4539578763")]
    tracking_number: String,
    business_id: Id,
    business_name: String,
    customer_id: Id,
    customer_name: String,
    /// The customer's phone number but for its last digits.
    #[schema(example = "+*********5678")]
    customer_phone: String,
    #[schema(example = "NGN")]
    currency: String,
    /// The first day of the statement.
    from: Day,
    /// The last day of the statement.
    to: Day,
    /// What can be paid out now.
    balance: Amount,
    /// The balance before the first day.
    opening_balance: Amount,
    /// The balance after the last day.
    closing_balance: Amount,
    /// The sum of the lines' money into the card.
    total_in: Amount,
    /// The sum of the lines' money out of the card.
    total_out: Amount,
    /// The movements, in the order of the business's days.
    items: Vec<StatementLineView>,
}

/// One movement of a card.
#[derive(Serialize, ToSchema)]
pub struct StatementLineView {
    pub(super) date: Day,
    /// What happened, such as `cash_contribution`.
    pub(super) event: &'static str,
    /// Who collected the money, or else caused it.
    by: Id,
    /// His name.
    pub(super) by_name: Option<String>,
    /// Money into the card.
    pub(super) money_in: Amount,
    /// Money out of the card.
    pub(super) money_out: Amount,
    /// The balance after it.
    pub(super) balance: Amount,
    contribution_id: Option<Id>,
    payment_request_id: Option<Id>,
    entry_id: Id,
    created_at: Moment,
}

impl From<&StatementLine> for StatementLineView {
    fn from(line: &StatementLine) -> Self {
        let (money_in, money_out) = sides(line);
        Self {
            date: line.occurred_on.into(),
            event: line.event.as_str(),
            by: line.by.into(),
            by_name: line.by_name.as_ref().map(ToString::to_string),
            money_in: money_in.into(),
            money_out: money_out.into(),
            balance: line.balance.into(),
            contribution_id: line.contribution_id.map(Id::from),
            payment_request_id: line.payment_request_id.map(Id::from),
            entry_id: line.entry_id.into(),
            created_at: line.created_at.into(),
        }
    }
}

/// Money into the card and money out of it. The ledger books what leaves the card as a debit (positive), what comes in as a
/// credit (negative).
pub(super) fn sides(line: &StatementLine) -> (Money, Money) {
    let came_in = line.amount.negated().unwrap_or(Money::ZERO);
    (came_in.max(Money::ZERO), line.amount.max(Money::ZERO))
}

/// The sums of both sides.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub(super) fn totals(statement: &Statement) -> Result<(Money, Money), MoneyError> {
    let lines = &statement.movements.lines;
    let total_in = Money::sum(lines.iter().map(|line| sides(line).0))?;
    Ok((total_in, Money::sum(lines.iter().map(|line| sides(line).1))?))
}

impl TryFrom<&Statement> for StatementView {
    type Error = MoneyError;

    fn try_from(statement: &Statement) -> Result<Self, MoneyError> {
        let (total_in, total_out) = totals(statement)?;
        Ok(Self {
            savings_id: statement.account.id.into(),
            tracking_number: statement.account.tracking_number.to_string(),
            business_id: statement.business.id.into(),
            business_name: statement.business.name.clone(),
            customer_id: statement.customer.id.into(),
            customer_name: statement.customer.full_name.to_string(),
            customer_phone: statement.customer.phone.masked(),
            currency: statement.business.currency.to_string(),
            from: statement.from.into(),
            to: statement.to.into(),
            balance: statement.account.balance.into(),
            opening_balance: statement.movements.opening.into(),
            closing_balance: statement.movements.closing().into(),
            total_in: total_in.into(),
            total_out: total_out.into(),
            items: statement.movements.lines.iter().map(StatementLineView::from).collect(),
        })
    }
}

/// `GET /savings/{id}/statement`
///
/// # Errors
/// Those of [`App::savings_statement`].
pub async fn savings_statement(
    request: HttpRequest,
    app: Data<App>,
    printer: Data<Printer>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiQuery(days): ApiQuery<StatementQuery>,
) -> ApiResult {
    let statement = app.savings_statement(&caller, id, days).await?;
    let file = format!("statement-{}-{}-{}", statement.account.tracking_number, statement.from, statement.to);
    match reply::wanted(&request, &[Form::Csv, Form::Pdf]) {
        Form::Json => reply::single(&request, &StatementView::try_from(&statement).map_err(Problem::internal)?),
        Form::Csv => statement_csv::answer(&file, &statement),
        Form::Pdf => printer.answer(&file, statement_pdf::paper(&statement).map_err(Problem::internal)?).await,
    }
}

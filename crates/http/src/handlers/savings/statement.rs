//! The statement of a card, as JSON or CSV.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::{App, Statement};
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::Money;
use ofektom_domain::ports::StatementLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::statement_csv;
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Amount, Check, Checks, Day, DayIn, Id, Moment};

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
        let from = checks.take_optional("from", self.from);
        let to = checks.take_optional("to", self.to);
        Some((from?, to?))
    }
}

/// The statement of a card.
#[derive(Serialize, ToSchema)]
pub struct StatementView {
    savings_id: Id,
    #[schema(example = "4539578763")]
    tracking_number: String,
    /// What can be paid out now.
    balance: Amount,
    /// The movements, in the order of the business's days.
    items: Vec<StatementLineView>,
}

/// One movement of a card.
#[derive(Serialize, ToSchema)]
pub struct StatementLineView {
    pub(super) date: Day,
    /// What happened, such as `cash_contribution`.
    pub(super) event: &'static str,
    /// Money into the card.
    pub(super) money_in: Amount,
    /// Money out of the card.
    pub(super) money_out: Amount,
    /// The balance after it.
    pub(super) balance: Amount,
    pub(super) contribution_id: Option<Id>,
    pub(super) payment_request_id: Option<Id>,
    pub(super) entry_id: Id,
    pub(super) created_at: Moment,
}

impl From<StatementLine> for StatementLineView {
    fn from(line: StatementLine) -> Self {
        // The ledger books what leaves the card as a debit (positive), what comes in as a credit (negative).
        let came_in = line.amount.negated().unwrap_or(Money::ZERO);
        Self {
            date: line.occurred_on.into(),
            event: line.event.as_str(),
            money_in: came_in.max(Money::ZERO).into(),
            money_out: line.amount.max(Money::ZERO).into(),
            balance: line.balance.into(),
            contribution_id: line.contribution_id.map(Id::from),
            payment_request_id: line.payment_request_id.map(Id::from),
            entry_id: line.entry_id.into(),
            created_at: line.created_at.into(),
        }
    }
}

impl From<Statement> for StatementView {
    fn from(statement: Statement) -> Self {
        Self {
            savings_id: statement.account.id.into(),
            tracking_number: statement.account.tracking_number.to_string(),
            balance: statement.account.balance.into(),
            items: statement.lines.into_iter().map(StatementLineView::from).collect(),
        }
    }
}

/// `GET /savings/{id}/statement`
///
/// # Errors
/// Those of [`App::savings_statement`].
pub async fn savings_statement(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiQuery(days): ApiQuery<StatementQuery>,
) -> ApiResult {
    let view = StatementView::from(app.savings_statement(&caller, id, days).await?);
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    if reply::prefers_csv(accept) {
        return statement_csv::answer(&view.tracking_number, &view.items);
    }
    reply::single(&request, &view)
}

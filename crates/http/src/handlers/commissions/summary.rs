//! Sums of commission.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ports::CommissionSummaryLine;
use serde::Serialize;
use utoipa::ToSchema;

use super::CommissionSummaryQuery;
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form};
use crate::wire::Amount;

/// Commission summed by a key.
#[derive(Serialize, ToSchema)]
pub struct CommissionSummaryView {
    /// One line for each key, largest net first.
    items: Vec<CommissionLineView>,
}

/// The commission of one key.
#[derive(Serialize, ToSchema)]
pub struct CommissionLineView {
    /// The collector's, unit's or business's id, the month as `YYYY-MM`, or the first day of the period.
    key: String,
    /// The collector's, unit's or business's name.
    name: Option<String>,
    earned: Amount,
    /// What was given back.
    reversed: Amount,
    /// Earned less reversed.
    net: Amount,
    /// How many movements.
    movements: i64,
}

impl From<CommissionSummaryLine> for CommissionLineView {
    fn from(line: CommissionSummaryLine) -> Self {
        Self {
            key: line.key,
            name: line.name,
            earned: line.earned.into(),
            reversed: line.reversed.into(),
            net: line.net.into(),
            movements: line.movements,
        }
    }
}

const HEADER: [&str; 6] = ["key", "name", "earned", "reversed", "net", "movements"];

fn cells(line: CommissionSummaryLine) -> [String; 6] {
    let [earned, reversed, net] = [line.earned, line.reversed, line.net].map(|amount| amount.to_string());
    [line.key, line.name.unwrap_or_default(), earned, reversed, net, line.movements.to_string()]
}

/// `GET /commissions/summary`
///
/// # Errors
/// Those of [`App::commissions_summary`].
pub async fn commissions_summary(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, group)): ApiQuery<CommissionSummaryQuery>,
) -> ApiResult {
    let lines = app.commissions_summary(&caller, &filter, group).await?;
    match reply::wanted(&request, &[Form::Csv]) {
        Form::Csv => reply::csv_file("commission", HEADER, lines.into_iter().map(cells)),
        Form::Json | Form::Pdf => {
            reply::ok(&CommissionSummaryView { items: lines.into_iter().map(CommissionLineView::from).collect() })
        }
    }
}

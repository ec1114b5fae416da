//! Sums of commission.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ports::CommissionSummaryLine;
use serde::Serialize;
use utoipa::ToSchema;

use super::CommissionSummaryQuery;
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
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
    /// The collector's, unit's or business's id, or the month as `YYYY-MM`.
    key: String,
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
            earned: line.earned.into(),
            reversed: line.reversed.into(),
            net: line.net.into(),
            movements: line.movements,
        }
    }
}

/// `GET /commissions/summary`
///
/// # Errors
/// Those of [`App::commissions_summary`].
pub async fn commissions_summary(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, group)): ApiQuery<CommissionSummaryQuery>,
) -> ApiResult {
    let lines = app.commissions_summary(&caller, &filter, group).await?;
    reply::ok(&CommissionSummaryView { items: lines.into_iter().map(CommissionLineView::from).collect() })
}

//! Movements of commission.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::ports::Names;
use serde::Serialize;
use utoipa::ToSchema;

use super::CommissionQuery;
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form};
use crate::wire::{Amount, Day, Id, Moment, PageView};

/// Commission that was earned or given back.
#[derive(Serialize, ToSchema)]
pub struct CommissionMovementView {
    id: Id,
    business_id: Id,
    savings_id: Id,
    /// The number on the card.
    tracking_number: Option<String>,
    /// The card's unit when the money was collected.
    unit_id: Id,
    unit_name: Option<String>,
    /// Who collected the money that it is taken from.
    collector: Id,
    collector_name: Option<String>,
    /// The card's commission period, 0 for the first.
    period: u32,
    /// The first day of that period.
    period_start: Day,
    /// Above zero earned, below zero given back.
    amount: Amount,
    /// The contribution or reversal that caused it.
    contribution_id: Id,
    /// The journal entry that booked it.
    entry_id: Id,
    /// The business's day of the cause.
    occurred_on: Day,
    created_at: Moment,
}

impl CommissionMovementView {
    /// A movement with names beside its ids.
    fn named(movement: &CommissionMovement, names: &Names) -> Self {
        let name = |id: uuid::Uuid| names.get(id).map(str::to_owned);
        Self {
            id: movement.id.into(),
            business_id: movement.business_id.into(),
            savings_id: movement.savings_account_id.into(),
            tracking_number: name(movement.savings_account_id.into()),
            unit_id: movement.unit_id.into(),
            unit_name: name(movement.unit_id.into()),
            collector: movement.collector.into(),
            collector_name: name(movement.collector.into()),
            period: movement.period,
            period_start: movement.period_start.into(),
            amount: movement.amount.into(),
            contribution_id: movement.contribution_id.into(),
            entry_id: movement.entry_id.into(),
            occurred_on: movement.occurred_on.into(),
            created_at: movement.created_at.into(),
        }
    }

    fn cells(self) -> [String; 12] {
        [
            self.id.to_string(),
            self.occurred_on.0.to_string(),
            self.amount.0.to_string(),
            self.tracking_number.unwrap_or_default(),
            self.collector_name.unwrap_or_default(),
            self.unit_name.unwrap_or_default(),
            self.period_start.0.to_string(),
            self.savings_id.to_string(),
            self.collector.to_string(),
            self.contribution_id.to_string(),
            self.entry_id.to_string(),
            format!("{:.6}", self.created_at.0),
        ]
    }
}

const HEADER: [&str; 12] = [
    "id",
    "date",
    "amount",
    "tracking_number",
    "collector",
    "unit",
    "period_start",
    "savings_id",
    "collector_id",
    "contribution_id",
    "entry_id",
    "created_at",
];

/// `GET /commissions`
///
/// # Errors
/// Those of [`App::commissions_list`].
pub async fn commissions_list(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<CommissionQuery>,
) -> ApiResult {
    if reply::wanted(&request, &[Form::Csv]) == Form::Csv {
        return reply::csv_of_list("commissions", HEADER, page, move |page| {
            let (app, caller, filter) = (app.clone(), caller.clone(), filter.clone());
            async move {
                let found = app.commissions_list(&caller, &filter, page).await?;
                Ok(found.read.map(|movement| CommissionMovementView::named(&movement, &found.names).cells()))
            }
        })
        .await;
    }
    let found = app.commissions_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(found.read, |movement| CommissionMovementView::named(&movement, &found.names)))
}

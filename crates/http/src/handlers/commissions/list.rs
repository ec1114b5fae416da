//! Movements of commission.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::commission::CommissionMovement;
use serde::Serialize;
use utoipa::ToSchema;

use super::CommissionQuery;
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Amount, Day, Id, Moment, PageView};

/// Commission that was earned or given back.
#[derive(Serialize, ToSchema)]
pub struct CommissionMovementView {
    id: Id,
    business_id: Id,
    savings_id: Id,
    /// The card's unit when the money was collected.
    unit_id: Id,
    /// Who collected the money that it is taken from.
    collector: Id,
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

impl From<CommissionMovement> for CommissionMovementView {
    fn from(movement: CommissionMovement) -> Self {
        Self {
            id: movement.id.into(),
            business_id: movement.business_id.into(),
            savings_id: movement.savings_account_id.into(),
            unit_id: movement.unit_id.into(),
            collector: movement.collector.into(),
            period: movement.period,
            period_start: movement.period_start.into(),
            amount: movement.amount.into(),
            contribution_id: movement.contribution_id.into(),
            entry_id: movement.entry_id.into(),
            occurred_on: movement.occurred_on.into(),
            created_at: movement.created_at.into(),
        }
    }
}

/// `GET /commissions`
///
/// # Errors
/// Those of [`App::commissions_list`].
pub async fn commissions_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<CommissionQuery>,
) -> ApiResult {
    let movements = app.commissions_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(movements, CommissionMovementView::from))
}

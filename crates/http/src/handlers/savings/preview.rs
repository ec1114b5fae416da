//! What a plan comes to, before anyone agrees to it.

use actix_web::web::Data;
use ofektom_app::{App, PreviewInput};
use ofektom_domain::plan::Preview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::PlanFields;
use crate::extract::ApiJson;
use crate::handlers::businesses::{CommissionBody, CommissionView};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Amount, AmountIn, Check, Checks, Day, DayIn, PlanKindIn, WholeIn, object};

/// A plan to preview: `box_amount` and `months`, or `target_amount` and `end_date`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    kind: PlanKindIn,
    box_amount: Option<AmountIn>,
    months: Option<WholeIn>,
    target_amount: Option<AmountIn>,
    end_date: Option<DayIn>,
    start_date: DayIn,
    /// One box a month when it is missing.
    #[serde(default, deserialize_with = "object")]
    commission: Option<CommissionBody>,
}

impl Check for PreviewBody {
    type Output = PreviewInput;

    fn check(self, checks: &mut Checks) -> Option<PreviewInput> {
        let Self { kind, box_amount, months, target_amount, end_date, start_date, .. } = self;
        let plan = PlanFields { kind, box_amount, months, target_amount, end_date, start_date }.check(checks);
        let commission = checks.nested_optional("commission", self.commission);
        Some(PreviewInput { plan: plan?, commission: commission?.unwrap_or_default() })
    }
}

/// What a plan comes to when every box is paid.
#[derive(Serialize, ToSchema)]
pub struct PreviewView {
    start_date: Day,
    end_date: Day,
    /// The number of days.
    days: u32,
    /// The number of boxes, one a day.
    boxes_total: u32,
    box_amount: Amount,
    /// The last box takes a target's remainder.
    last_box_amount: Amount,
    /// What all boxes cost together.
    total: Amount,
    /// The terms that the commission was worked out with: those of the request, or one box a month. A business may have
    /// another default; its policy tells.
    commission_terms: CommissionView,
    commission: Amount,
    commission_periods: u32,
    /// What is paid out: the total less the commission.
    payout: Amount,
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        Self {
            start_date: preview.start_date.into(),
            end_date: preview.end_date.into(),
            days: preview.boxes_total,
            boxes_total: preview.boxes_total,
            box_amount: preview.box_amount.into(),
            last_box_amount: preview.last_box_amount.into(),
            total: preview.total.into(),
            commission_terms: CommissionView::of(Some(preview.terms.amount), preview.terms.period),
            commission: preview.commission.into(),
            commission_periods: preview.commission_periods,
            payout: preview.payout.into(),
        }
    }
}

/// `POST /savings/preview`
///
/// # Errors
/// Those of [`App::savings_preview`].
pub async fn savings_preview(app: Data<App>, ApiJson(input): ApiJson<PreviewBody>) -> ApiResult {
    reply::ok(&PreviewView::from(app.savings_preview(&input)?))
}

//! The schedule of a card.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::{App, CardSchedule, ScheduleBox};
use ofektom_domain::ids::SavingsAccountId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Amount, Day, Id};

/// The whole schedule of a card.
#[derive(Serialize, ToSchema)]
pub struct ScheduleView {
    savings_id: Id,
    #[schema(example = "4539578763")]
    tracking_number: String,
    boxes_total: u32,
    boxes_paid: u32,
    /// The boxes, in order of days.
    items: Vec<ScheduleBoxView>,
}

/// One box.
#[derive(Serialize, ToSchema)]
pub struct ScheduleBoxView {
    date: Day,
    amount: Amount,
    /// `pending` or `paid`.
    status: &'static str,
    /// The contribution that paid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    contribution_id: Option<Id>,
}

impl From<ScheduleBox> for ScheduleBoxView {
    fn from(item: ScheduleBox) -> Self {
        Self {
            date: item.date.into(),
            amount: item.amount.into(),
            status: if item.contribution_id.is_some() { "paid" } else { "pending" },
            contribution_id: item.contribution_id.map(Id::from),
        }
    }
}

impl ScheduleView {
    fn of(CardSchedule { account, boxes, .. }: &CardSchedule) -> Self {
        Self {
            savings_id: account.id.into(),
            tracking_number: account.tracking_number.to_string(),
            boxes_total: account.plan.boxes.len(),
            boxes_paid: account.paid.count(),
            items: boxes.iter().copied().map(ScheduleBoxView::from).collect(),
        }
    }
}

/// `GET /savings/{id}/schedule`
///
/// # Errors
/// Those of [`App::savings_schedule`].
pub async fn savings_schedule(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
) -> ApiResult {
    let schedule = app.savings_schedule(&caller, id).await?;
    // A long answer: it is written once for each copy of the schedule, and not for each who reads it.
    let shown = match schedule.shown.get() {
        Some(shown) => shown,
        None => {
            let shown = reply::shown(&ScheduleView::of(&schedule))?;
            schedule.shown.get_or_init(|| shown)
        }
    };
    Ok(reply::single_shown(&request, shown))
}

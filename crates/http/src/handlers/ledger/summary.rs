//! How a business stands.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::App;
use ofektom_domain::business::Business;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::{BusinessSummary, MoneyFlow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Amount, Day, Id};

/// How a business stands, by the days of its time zone.
#[derive(Serialize, ToSchema)]
pub struct BusinessSummaryView {
    business_id: Id,
    #[schema(example = "NGN")]
    currency: String,
    today: FlowView,
    /// The calendar month up to today.
    month: FlowView,
    all_time: FlowView,
    /// Cash in the hands of collectors.
    outstanding_cash: Amount,
    /// The balances of all cards, without what is held for payouts.
    owed_to_customers: Amount,
    open_payouts: OpenPayoutsView,
    /// How many cards there are of each status.
    savings: BTreeMap<&'static str, u64>,
}

/// What came in, was earned and went out in a time.
#[derive(Serialize, ToSchema)]
pub struct FlowView {
    /// The first day; `null` for all time.
    from: Option<Day>,
    /// The last day.
    to: Day,
    /// Collected on cards, less what was reversed.
    collected: Amount,
    /// Commission earned, less what was given back.
    commission: Amount,
    /// Paid out to customers.
    paid_out: Amount,
}

/// Payment requests whose money is held.
#[derive(Serialize, ToSchema)]
pub struct OpenPayoutsView {
    count: u64,
    amount: Amount,
}

impl FlowView {
    fn of(flow: MoneyFlow, from: Option<Date>, to: Date) -> Self {
        Self {
            from: from.map(Day::from),
            to: to.into(),
            collected: flow.collected.into(),
            commission: flow.commission.into(),
            paid_out: flow.paid_out.into(),
        }
    }
}

impl BusinessSummaryView {
    fn of(business: &Business, summary: &BusinessSummary) -> Self {
        let today = summary.today;
        Self {
            business_id: business.id.into(),
            currency: business.currency.to_string(),
            today: FlowView::of(summary.day, Some(today), today),
            month: FlowView::of(summary.month, Some(today.first_of_month()), today),
            all_time: FlowView::of(summary.all_time, None, today),
            outstanding_cash: summary.outstanding_cash.into(),
            owed_to_customers: summary.owed_to_customers.into(),
            open_payouts: OpenPayoutsView { count: summary.open_payouts, amount: summary.open_payouts_amount.into() },
            savings: summary.cards.iter().map(|(status, count)| (status.as_str(), *count)).collect(),
        }
    }
}

/// `GET /businesses/{id}/summary`
///
/// # Errors
/// Those of [`App::business_summary`].
pub async fn business_summary(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
) -> ApiResult {
    let (business, summary) = app.business_summary(&caller, business).await?;
    reply::single(&request, &BusinessSummaryView::of(&business, &summary))
}

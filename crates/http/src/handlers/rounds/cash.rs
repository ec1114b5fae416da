//! The cash of a business's collectors on a day.

use actix_web::HttpRequest;
use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::{App, CashDayReport};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::money::{Money, MoneyError};
use ofektom_domain::ports::CashDay;
use ofektom_domain::round::{Purse, Round};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply::{self, Form};
use crate::wire::{Amount, Check, Checks, Day, DayIn, Id};

/// The cash of a business's collectors on a day.
#[derive(Serialize, ToSchema)]
pub struct CashDayView {
    /// The day.
    date: Day,
    /// Whoever works for the business or has cash of it, in the order of their names.
    collectors: Vec<CollectorCashView>,
    /// What the business has not got from all of them.
    outstanding: Amount,
}

/// A collector's cash on a day.
#[derive(Serialize, ToSchema)]
pub struct CollectorCashView {
    collector: Id,
    name: String,
    role: &'static str,
    /// `open` while no round covers the day, else the status of the round that does: `closed` or `accepted`.
    status: &'static str,
    /// The round that covers the day.
    round_id: Option<Id>,
    /// What the rounds before left in his hands; below zero when the business owed him.
    brought_forward: Amount,
    /// Cash collected, since the round before and up to the day or that of its round.
    collected: Amount,
    /// Collections that were taken back.
    reversed: Amount,
    /// Payouts that he paid in cash.
    paid_out: Amount,
    /// What he should have.
    expected: Amount,
    /// What he counted; `null` while the day is open.
    counted: Option<Amount>,
    /// Counted less expected: below zero when cash is missing; nothing while the business owes him.
    difference: Option<Amount>,
    /// What the business took over; `null` until it did.
    handed_in: Option<Amount>,
    /// What he should hand in for his rounds that are not accepted yet.
    waiting: Amount,
    /// What the business has not got from him as of now: the balance of his cash account.
    outstanding: Amount,
}

impl CashDayView {
    fn of(report: &CashDayReport) -> Result<Self, MoneyError> {
        let outstanding = Money::sum(report.collectors.iter().map(|day| day.outstanding))?;
        let collectors = report.collectors.iter().map(CollectorCashView::of).collect::<Result<_, _>>()?;
        Ok(Self { date: report.date.into(), collectors, outstanding: outstanding.into() })
    }
}

impl CollectorCashView {
    fn of(day: &CashDay) -> Result<Self, MoneyError> {
        let round = day.round.as_ref();
        let purse = round.map_or(day.purse, |round| Purse {
            closed_until: Some(round.date),
            brought_forward: round.brought_forward,
            movement: round.movement,
        });
        Ok(Self {
            collector: day.collector.into(),
            name: day.name.to_string(),
            role: day.role.as_str(),
            status: round.map_or("open", |round| round.status.as_str()),
            round_id: round.map(|round| round.id.into()),
            brought_forward: purse.brought_forward.into(),
            collected: purse.movement.collected.into(),
            reversed: purse.movement.reversed.into(),
            paid_out: purse.movement.paid_out.into(),
            expected: purse.expected()?.into(),
            counted: round.map(|round| round.counted.into()),
            difference: round.map(Round::difference).map(Amount::from),
            handed_in: round.and_then(|round| round.handed_in).map(Amount::from),
            waiting: day.waiting.into(),
            outstanding: day.outstanding.into(),
        })
    }

    fn cells(&self) -> [String; 15] {
        let amount = |amount: Amount| amount.0.to_string();
        let optional = |value: Option<Amount>| value.map(amount).unwrap_or_default();
        [
            self.collector.to_string(),
            self.name.clone(),
            self.role.to_owned(),
            self.status.to_owned(),
            self.round_id.map(|id| id.to_string()).unwrap_or_default(),
            amount(self.brought_forward),
            amount(self.collected),
            amount(self.reversed),
            amount(self.paid_out),
            amount(self.expected),
            optional(self.counted),
            optional(self.difference),
            optional(self.handed_in),
            amount(self.waiting),
            amount(self.outstanding),
        ]
    }
}

const HEADER: [&str; 15] = [
    "collector",
    "name",
    "role",
    "status",
    "round_id",
    "brought_forward",
    "collected",
    "reversed",
    "paid_out",
    "expected",
    "counted",
    "difference",
    "handed_in",
    "waiting",
    "outstanding",
];

/// Which day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CashDayQuery {
    /// The day of the business; today when it is missing.
    date: Option<DayIn>,
}

impl Check for CashDayQuery {
    type Output = Option<Date>;

    fn check(self, checks: &mut Checks) -> Option<Option<Date>> {
        checks.take_optional("date", self.date)
    }
}

/// `GET /businesses/{id}/cash`
///
/// # Errors
/// Those of [`App::cash_day`].
pub async fn cash_day(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery(date): ApiQuery<CashDayQuery>,
) -> ApiResult {
    let report = app.cash_day(&caller, business, date).await?;
    let view = CashDayView::of(&report).map_err(Problem::internal)?;
    match reply::wanted(&request, &[Form::Csv]) {
        Form::Csv => reply::csv_file("cash", HEADER, view.collectors.iter().map(CollectorCashView::cells)),
        Form::Json | Form::Pdf => reply::ok(&view),
    }
}

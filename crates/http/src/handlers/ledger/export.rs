//! The journal line by line, for an accountant's program.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::{App, ExportPage, ExportPeriod};
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::money::Money;
use ofektom_domain::page::Page;
use ofektom_domain::ports::JournalLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form, TablePart};
use crate::wire::{Amount, Check, Checks, CursorIn, Day, DayIn, Id, LimitIn, Moment, PageView, days_of, page_of};

const HEADER: [&str; 12] = [
    "entry_id",
    "date",
    "event",
    "account",
    "debit",
    "credit",
    "tracking_number",
    "collector",
    "reference",
    "contribution_id",
    "payment_request_id",
    "created_at",
];

/// Which lines. CSV has all lines of the days; JSON has them in pages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalQuery {
    /// The first day.
    from: Option<DayIn>,
    /// The last day.
    to: Option<DayIn>,
    /// How many entries a page of JSON has; each has two lines.
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
}

impl Check for JournalQuery {
    type Output = (ExportPeriod, u32, Option<EntryId>);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let (from, to) = days_of(checks, self.from, self.to).unzip();
        let page = page_of(checks, self.limit, self.cursor, None)?;
        Some((ExportPeriod { from: from?, to: to? }, page.limit, page.after.map(EntryId::from)))
    }
}

/// One side of a journal entry.
#[derive(Serialize, ToSchema)]
pub struct JournalLineView {
    entry_id: Id,
    /// The business's day of the event.
    date: Day,
    /// What it records, such as `cash_contribution`.
    event: &'static str,
    /// The kind of account.
    account: &'static str,
    /// `0.00` when the side is a credit.
    debit: Amount,
    /// `0.00` when the side is a debit.
    credit: Amount,
    /// The card that the entry concerns.
    tracking_number: Option<String>,
    /// Whose cash account it is, or else who collected the money.
    collector_id: Option<Id>,
    /// His name.
    collector: Option<String>,
    /// The bank's reference of a payout.
    reference: Option<String>,
    contribution_id: Option<Id>,
    payment_request_id: Option<Id>,
    created_at: Moment,
}

impl From<JournalLine> for JournalLineView {
    fn from(line: JournalLine) -> Self {
        let credit = line.amount.negated().unwrap_or(Money::ZERO);
        Self {
            entry_id: line.entry_id.into(),
            date: line.occurred_on.into(),
            event: line.event.as_str(),
            account: line.account.as_str(),
            debit: line.amount.max(Money::ZERO).into(),
            credit: credit.max(Money::ZERO).into(),
            tracking_number: line.tracking_number.map(|number| number.to_string()),
            collector_id: line.collector.map(Id::from),
            collector: line.collector_name.map(|name| name.to_string()),
            reference: line.reference,
            contribution_id: line.contribution_id.map(Id::from),
            payment_request_id: line.payment_request_id.map(Id::from),
            created_at: line.created_at.into(),
        }
    }
}

impl JournalLineView {
    fn cells(self) -> [String; 12] {
        let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
        [
            self.entry_id.to_string(),
            self.date.0.to_string(),
            self.event.to_owned(),
            self.account.to_owned(),
            self.debit.0.to_string(),
            self.credit.0.to_string(),
            self.tracking_number.unwrap_or_default(),
            self.collector.unwrap_or_default(),
            self.reference.unwrap_or_default(),
            id(self.contribution_id),
            id(self.payment_request_id),
            format!("{:.6}", self.created_at.0),
        ]
    }
}

/// `GET /businesses/{id}/ledger/export`
///
/// # Errors
/// Those of [`App::journal_export`].
pub async fn journal_export(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((period, limit, after)): ApiQuery<JournalQuery>,
) -> ApiResult {
    match reply::wanted(&request, &[Form::Csv]) {
        Form::Csv => {
            let first = app.journal_export(&caller, business, period, (after, None)).await?;
            reply::csv_streamed("journal", HEADER, part(first), move |page: ExportPage| {
                let app = app.clone();
                async move { Ok(app.journal_export_rest(&page).await?.map_or_else(TablePart::end, part)) }
            })
        }
        Form::Json | Form::Pdf => {
            let page = app.journal_export(&caller, business, period, (after, Some(limit))).await?;
            let page = Page { items: page.lines, next: page.next.map(EntryId::uuid), total: None };
            reply::ok(&PageView::of(page, JournalLineView::from))
        }
    }
}

/// A part of the export; the rest is had by the part itself.
fn part(mut page: ExportPage) -> TablePart<12, ExportPage> {
    let rows = std::mem::take(&mut page.lines).into_iter().map(|line| JournalLineView::from(line).cells()).collect();
    TablePart { rows, next: page.next.is_some().then_some(page) }
}

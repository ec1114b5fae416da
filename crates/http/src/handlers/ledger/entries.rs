//! The journal of a business.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::EntryFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::EntryView;
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply;
use crate::wire::{
    AccountKindIn, Check, Checks, CursorIn, DayIn, EntryEventIn, IdIn, LimitIn, PageView, TotalIn, days_of, page_of,
};

/// Which entries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryQuery {
    /// Only this event.
    event: Option<EntryEventIn>,
    /// Only entries that concern this card.
    savings_id: Option<IdIn>,
    /// Only entries with a side on an account of this kind.
    account: Option<AccountKindIn>,
    /// Only entries with a side on the cash account of this person.
    collector: Option<IdIn>,
    /// Only booked for this day or later.
    from: Option<DayIn>,
    /// Only booked for this day or earlier.
    to: Option<DayIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for EntryQuery {
    type Output = (EntryFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let event = checks.take_optional("event", self.event);
        let savings_account_id = checks.take_optional_id("savings_id", self.savings_id);
        let account = checks.take_optional("account", self.account);
        let collector = checks.take_optional_id("collector", self.collector);
        let (from, to) = days_of(checks, self.from, self.to).unzip();
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = EntryFilter {
            event: event?,
            savings_account_id: savings_account_id?,
            account: account?,
            collector: collector?,
            from: from?,
            to: to?,
        };
        Some((filter, page?))
    }
}

/// `GET /businesses/{id}/ledger/entries`
///
/// # Errors
/// Those of [`App::entries_list`].
pub async fn entries_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((filter, page)): ApiQuery<EntryQuery>,
) -> ApiResult {
    let entries = app.entries_list(&caller, business, filter, page).await?;
    let views = entries.try_map(|entry| EntryView::of(&entry)).map_err(Problem::internal)?;
    reply::ok(&PageView::of(views, |view| view))
}

//! The journal of a business.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::{Page, PageRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use super::EntryView;
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply;
use crate::wire::{Check, Checks, CursorIn, LimitIn, PageView, page_of};

/// Which entries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryQuery {
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
}

impl Check for EntryQuery {
    type Output = PageRequest;

    fn check(self, checks: &mut Checks) -> Option<PageRequest> {
        page_of(checks, self.limit, self.cursor)
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
    ApiQuery(page): ApiQuery<EntryQuery>,
) -> ApiResult {
    let entries = app.entries_list(&caller, business, page).await?;
    let views: Result<Vec<_>, _> = entries.items.iter().map(EntryView::of).collect();
    let views = Page { items: views.map_err(Problem::internal)?, next: entries.next };
    reply::ok(&PageView::of(views, |view| view))
}

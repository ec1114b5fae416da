//! Which rounds a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::RoundFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{Check, Checks, CursorIn, DayIn, IdIn, LimitIn, RoundStatusIn, SearchIn, TotalIn, days_of, page_of};

/// Which rounds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundQuery {
    business_id: Option<IdIn>,
    /// Only of this collector.
    collector: Option<IdIn>,
    /// Only of this day; not together with `from` or `to`.
    date: Option<DayIn>,
    /// Only of this day or later.
    from: Option<DayIn>,
    /// Only of this day or earlier.
    to: Option<DayIn>,
    status: Option<RoundStatusIn>,
    /// Only of collectors with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for RoundQuery {
    type Output = (RoundFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let collector = checks.take_optional_id("collector", self.collector);
        let several = self.from.is_some() || self.to.is_some();
        let date = checks.take_optional("date", self.date);
        let (from, to) = days_of(checks, self.from, self.to).unzip();
        let status = checks.take_optional("status", self.status);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        if several && date.flatten().is_some() {
            checks.refuse("date", "exclusive", "must not be together with from or to");
            return None;
        }
        let date = date?;
        let filter = RoundFilter {
            business_id: business_id?,
            collector: collector?,
            status: status?,
            from: from?.or(date),
            to: to?.or(date),
            search: search?,
        };
        Some((filter, page?))
    }
}

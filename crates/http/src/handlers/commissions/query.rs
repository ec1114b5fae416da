//! Which movements of commission are meant.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::{CommissionFilter, CommissionGroup};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{
    Check, Checks, CommissionGroupIn, CursorIn, DayIn, IdIn, LimitIn, SearchIn, TotalIn, days_of, page_of,
};

/// Which movements.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommissionQuery {
    business_id: Option<IdIn>,
    savings_id: Option<IdIn>,
    /// Only from money that this person collected.
    collector: Option<IdIn>,
    unit_id: Option<IdIn>,
    /// Only booked for this day or later.
    from: Option<DayIn>,
    /// Only booked for this day or earlier.
    to: Option<DayIn>,
    /// Only from cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for CommissionQuery {
    type Output = (CommissionFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let ids = (self.business_id, self.savings_id, self.collector, self.unit_id);
        let filter = filter_of(checks, ids, (self.from, self.to), self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        Some((filter?, page?))
    }
}

/// Which movements to sum, and by what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommissionSummaryQuery {
    business_id: Option<IdIn>,
    savings_id: Option<IdIn>,
    /// Only from money that this person collected.
    collector: Option<IdIn>,
    unit_id: Option<IdIn>,
    /// Only booked for this day or later.
    from: Option<DayIn>,
    /// Only booked for this day or earlier.
    to: Option<DayIn>,
    /// Only from cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    /// By what the lines are grouped; by month when it is missing.
    group_by: Option<CommissionGroupIn>,
}

impl Check for CommissionSummaryQuery {
    type Output = (CommissionFilter, CommissionGroup);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let ids = (self.business_id, self.savings_id, self.collector, self.unit_id);
        let filter = filter_of(checks, ids, (self.from, self.to), self.search);
        let group = checks.take_optional("group_by", self.group_by);
        Some((filter?, group?.unwrap_or(CommissionGroup::Month)))
    }
}

type Ids = (Option<IdIn>, Option<IdIn>, Option<IdIn>, Option<IdIn>);

fn filter_of(
    checks: &mut Checks,
    (business, savings, collector, unit): Ids,
    (from, to): (Option<DayIn>, Option<DayIn>),
    search: Option<SearchIn>,
) -> Option<CommissionFilter> {
    let business_id = checks.take_optional_id("business_id", business);
    let savings_account_id = checks.take_optional_id("savings_id", savings);
    let collector = checks.take_optional_id("collector", collector);
    let unit_id = checks.take_optional_id("unit_id", unit);
    let days = days_of(checks, from, to);
    let (from, to) = days.unzip();
    let search = checks.take_optional("search", search);
    Some(CommissionFilter {
        business_id: business_id?,
        savings_account_id: savings_account_id?,
        collector: collector?,
        unit_id: unit_id?,
        from: from?,
        to: to?,
        search: search?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_by_month_unless_it_says_otherwise() {
        let group = |query| {
            let checked = Checks::run(serde_urlencoded::from_str::<CommissionSummaryQuery>(query).unwrap());
            checked.map(|(_, group)| group).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
        };
        assert_eq!(group(""), Ok(CommissionGroup::Month));
        assert_eq!(group("group_by=collector"), Ok(CommissionGroup::Collector));
        let named: Vec<String> = vec!["unit_id".into(), "to".into(), "group_by".into()];
        assert_eq!(group("group_by=weather&unit_id=1&to=2025"), Err(named));
    }
}

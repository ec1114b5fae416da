//! Which contributions a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::ContributionFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{
    Check, Checks, ContributionMethodIn, ContributionStatusIn, CursorIn, DayIn, IdIn, LimitIn, SearchIn, TotalIn,
    days_of, page_of,
};

/// Which contributions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionQuery {
    business_id: Option<IdIn>,
    savings_id: Option<IdIn>,
    customer_id: Option<IdIn>,
    collected_by: Option<IdIn>,
    unit_id: Option<IdIn>,
    /// Only collected on this day or later.
    from: Option<DayIn>,
    /// Only collected on this day or earlier.
    to: Option<DayIn>,
    method: Option<ContributionMethodIn>,
    /// Only collections that stand (`posted`), only those that were taken back (`reversed`), or only what took them back
    /// (`reversal`).
    status: Option<ContributionStatusIn>,
    /// Only on cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for ContributionQuery {
    type Output = (ContributionFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let business_id = checks.take_optional_id("business_id", self.business_id);
        let savings_account_id = checks.take_optional_id("savings_id", self.savings_id);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let collected_by = checks.take_optional_id("collected_by", self.collected_by);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let days = days_of(checks, self.from, self.to);
        let (from, to) = days.unzip();
        let method = checks.take_optional("method", self.method);
        let status = checks.take_optional("status", self.status);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = ContributionFilter {
            business_id: business_id?,
            savings_account_id: savings_account_id?,
            customer_id: customer_id?,
            collected_by: collected_by?,
            unit_id: unit_id?,
            from: from?,
            to: to?,
            method: method?,
            status: status?,
            search: search?,
        };
        Some((filter, page?))
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::contribution::{ContributionMethod, ContributionStatus};

    use super::*;

    fn read(query: &str) -> Result<ContributionFilter, Vec<String>> {
        let checked = Checks::run(serde_urlencoded::from_str::<ContributionQuery>(query).unwrap());
        checked.map(|(filter, _)| filter).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn the_status_is_whether_the_money_stands() {
        assert_eq!(read("").unwrap().status, None);
        for status in ContributionStatus::ALL {
            assert_eq!(read(&format!("status={}", status.as_str())).unwrap().status, Some(status));
        }
        assert_eq!(read("method=bank_transfer").unwrap().method, Some(ContributionMethod::BankTransfer));
    }

    #[test]
    fn the_last_day_is_not_before_the_first() {
        assert_eq!(read("from=2025-02-02&to=2025-02-01").unwrap_err(), ["to"]);
        assert!(read("from=2025-02-01&to=2025-02-01").is_ok());
    }

    #[test]
    fn every_bad_filter_is_named() {
        let query = "business_id=1&savings_id=x&from=today&method=gold&status=lost&limit=0";
        assert_eq!(read(query).unwrap_err(), ["business_id", "savings_id", "from", "method", "status", "limit"]);
    }
}

//! Which contributions a list is to have.

use ofektom_domain::contribution::{Contribution, ContributionKind};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::ContributionFilter;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::wire::{
    Check, Checks, ContributionMethodIn, CursorIn, DayIn, FromWire, IdIn, Input, LimitIn, SearchIn, TotalIn, Unfit,
    page_of,
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
    /// Only collections that stand, or only those that were reversed.
    status: Option<StandingIn>,
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
        let from = checks.take_optional("from", self.from);
        let to = checks.take_optional("to", self.to);
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
            reversed: status?.map(|standing| standing == Standing::Reversed),
            search: search?,
        };
        Some((filter, page?))
    }
}

/// A standing that a query states.
type StandingIn = Input<Standing>;

/// Whether a collection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Posted,
    /// It was reversed.
    Reversed,
}

impl Standing {
    /// The name in queries and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Reversed => "reversed",
        }
    }

    /// Whether a collection stands; a reversal has no standing of its own.
    pub const fn of(contribution: &Contribution) -> Option<Self> {
        match (contribution.kind, contribution.reversed_by) {
            (ContributionKind::Reversal, _) => None,
            (ContributionKind::Collection, None) => Some(Self::Posted),
            (ContributionKind::Collection, Some(_)) => Some(Self::Reversed),
        }
    }
}

impl FromWire for Standing {
    const NAME: &'static str = "ContributionStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["posted", "reversed"])).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        match text {
            "posted" => Ok(Self::Posted),
            "reversed" => Ok(Self::Reversed),
            _ => Err(Unfit { code: "unknown_value", message: "must be one of posted, reversed".into() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::contribution::ContributionMethod;

    use super::*;

    fn read(query: &str) -> Result<ContributionFilter, Vec<String>> {
        let checked = Checks::run(serde_urlencoded::from_str::<ContributionQuery>(query).unwrap());
        checked.map(|(filter, _)| filter).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn the_status_is_whether_a_collection_was_reversed() {
        assert_eq!(read("").unwrap().reversed, None);
        assert_eq!(read("status=posted").unwrap().reversed, Some(false));
        assert_eq!(read("status=reversed").unwrap().reversed, Some(true));
        assert_eq!(read("method=bank_transfer").unwrap().method, Some(ContributionMethod::BankTransfer));
    }

    #[test]
    fn every_bad_filter_is_named() {
        let query = "business_id=1&savings_id=x&from=today&method=gold&status=lost&limit=0";
        assert_eq!(read(query).unwrap_err(), ["business_id", "savings_id", "from", "method", "status", "limit"]);
    }
}

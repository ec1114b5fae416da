//! Which sheet is wanted, and which part of it.

use ofektom_app::{SheetInput, SheetPage, SheetUnits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::place::SheetCursorIn;
use crate::wire::{Check, Checks, DayIn, IdIn, LimitIn, QueryFlagIn, SearchIn, TotalIn, page_of};

/// Which cards of those that are due. CSV has all of them; JSON has them in pages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetQuery {
    /// The day; the business's today when it is missing. Of another day the sheet tells which boxes up to it are unpaid now.
    date: Option<DayIn>,
    /// Only of this unit. A sub-agent who names none gets his own unit's sheet.
    unit_id: Option<IdIn>,
    /// The sheet of this collector: of the unit in which he collects.
    collector: Option<IdIn>,
    /// `true` for the units of the whole business.
    all_units: Option<QueryFlagIn>,
    customer_id: Option<IdIn>,
    /// Only cards with this number, or of customers with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<SheetCursorIn>,
    /// Whether the answer has the sums of the whole sheet.
    total: Option<TotalIn>,
}

impl Check for SheetQuery {
    type Output = (SheetInput, SheetPage);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let date = checks.take_optional("date", self.date);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let collector = checks.take_optional_id("collector", self.collector);
        let all_units = checks.take_optional("all_units", self.all_units);
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, None, self.total);
        let after = checks.take_optional("cursor", self.cursor);
        let units = match (unit_id?, collector?, all_units?.is_some_and(|all| all.0)) {
            (Some(unit), None, false) => SheetUnits::One(unit),
            (None, Some(collector), false) => SheetUnits::Of(collector),
            (None, None, true) => SheetUnits::All,
            (None, None, false) => SheetUnits::Usual,
            (_, Some(_), _) => {
                checks.refuse("collector", "not_allowed", "must not be together with unit_id or all_units");
                return None;
            }
            (Some(_), None, true) => {
                checks.refuse("all_units", "not_allowed", "must not be asked for together with one unit");
                return None;
            }
        };
        let (page, after) = (page?, after?.map(|cursor| cursor.0));
        let input = SheetInput { date: date?, units, customer_id: customer_id?, search: search? };
        Some((input, SheetPage { after, lines_max: Some(page.limit), totals: page.total }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<(SheetInput, SheetPage), Vec<String>> {
        let checked = Checks::run(serde_urlencoded::from_str::<SheetQuery>(query).unwrap());
        checked.map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_sheet_is_of_the_usual_units_of_one_or_of_all() {
        let units = |query: &str| read(query).map(|(input, _)| input.units);
        let unit = "unit_id=01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!((units(""), units("all_units=false")), (Ok(SheetUnits::Usual), Ok(SheetUnits::Usual)));
        assert_eq!(units("all_units=true"), Ok(SheetUnits::All));
        assert!(matches!(units(unit), Ok(SheetUnits::One(_))));
        assert_eq!(units(&format!("{unit}&all_units=true")), Err(vec!["all_units".to_owned()]));
        let collector = unit.replace("unit_id", "collector");
        assert!(matches!(units(&collector), Ok(SheetUnits::Of(_))));
        for other in [unit, "all_units=true"] {
            assert_eq!(units(&format!("{collector}&{other}")), Err(vec!["collector".to_owned()]), "{other}");
        }
    }

    #[test]
    fn every_bad_filter_is_named() {
        let query = "date=today&unit_id=1&collector=1&all_units=2&customer_id=x&search=%25&limit=0&total=1&cursor=AAAA";
        let named = ["date", "unit_id", "collector", "all_units", "customer_id", "search", "limit", "total", "cursor"];
        assert_eq!(read(query).unwrap_err(), named);
    }
}

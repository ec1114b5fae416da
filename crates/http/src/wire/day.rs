//! Dates: `YYYY-MM-DD`.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Checks, FromWire, Input, Unfit};

/// A date that a request states.
pub type DayIn = Input<Date>;

/// A date in an answer.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Day(pub Date);

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl FromWire for Date {
    const NAME: &'static str = "Day";
    const EXPECTED: &'static str = "a string with a date such as \"2025-01-31\"";

    fn wire_schema() -> Schema {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).examples(["2025-01-31"]).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        // The library also reads `20250131`, signed years and dates with times; the API knows one form.
        let plain = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
        let in_form = text.len() == 10 && text.bytes().enumerate().all(plain);
        let date = in_form.then(|| text.parse().ok()).flatten();
        date.ok_or_else(|| Unfit::format("must be a date that exists, as YYYY-MM-DD"))
    }
}

/// The first and the last day that a list is to have. Either may be missing; the last is not before the first.
pub fn days_of(checks: &mut Checks, from: Option<DayIn>, to: Option<DayIn>) -> Option<(Option<Date>, Option<Date>)> {
    let from = checks.take_optional("from", from);
    let to = checks.take_optional("to", to);
    let (from, to) = (from?, to?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        checks.refuse("to", "out_of_range", "must not be before from");
        return None;
    }
    Some((from, to))
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Date::wire_schema())
    }
}

impl ToSchema for Day {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(Date::NAME)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_list_does_not_end_before_it_begins() {
        let day = |text: &str| Some(serde_json::from_value::<DayIn>(text.into()).unwrap());
        let mut checks = Checks::default();
        let (first, second) = (date(2025, 1, 31), date(2025, 2, 1));
        let same = days_of(&mut checks, day("2025-01-31"), day("2025-01-31"));
        assert_eq!(same, Some((Some(first), Some(first))));
        assert_eq!(days_of(&mut checks, None, day("2025-02-01")), Some((None, Some(second))));
        assert_eq!(days_of(&mut checks, day("2025-02-01"), day("2025-01-31")), None);
        assert!(format!("{checks:?}").contains("must not be before from"));
    }

    #[test]
    fn only_days_that_exist_in_one_form() {
        assert_eq!(Date::from_text("2024-02-29"), Ok(date(2024, 2, 29)));
        for text in
            ["2025-02-29", "2025-13-01", "2025-1-1", "20250101", "01/02/2025", "tomorrow", "", "2025-01-01T00:00:00"]
        {
            assert!(Date::from_text(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::to_string(&Day(date(2025, 1, 5))).unwrap(), "\"2025-01-05\"");
    }
}

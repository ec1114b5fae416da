//! Money: a string with two decimals.

use std::borrow::Cow;

use ofektom_domain::money::{Money, MoneyError};
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{FromWire, Input, Unfit};

/// An amount that a request states: more than zero.
pub type AmountIn = Input<Money>;

/// An amount that a request states and that may be zero.
pub type AmountOrZeroIn = Input<AmountOrZero>;

/// An amount that may be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountOrZero(pub Money);

/// An amount in an answer.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Amount(pub Money);

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money)
    }
}

impl FromWire for Money {
    const NAME: &'static str = "AmountStated";
    const EXPECTED: &'static str = "a string with an amount such as \"500.00\"";

    fn wire_schema() -> Schema {
        let description = "More than zero, at most 1000000000.00, with at most two decimals.";
        let object = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\d+(\.\d{1,2})?$"));
        object.description(Some(description)).examples(["500.00"]).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        Self::stated(text).map_err(|error| {
            let code = match error {
                MoneyError::Format => "format",
                MoneyError::Decimals => "decimals",
                MoneyError::NotPositive | MoneyError::TooLarge | MoneyError::Overflow => "out_of_range",
            };
            Unfit { code, message: error.to_string().into() }
        })
    }
}

impl FromWire for AmountOrZero {
    const NAME: &'static str = "AmountOrZero";
    const EXPECTED: &'static str = Money::EXPECTED;

    fn wire_schema() -> Schema {
        let object = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\d+(\.\d{1,2})?$"));
        object.description(Some("Zero or more, with at most two decimals.")).examples(["500.00"]).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.parse() == Ok(Money::ZERO) {
            return Ok(Self(Money::ZERO));
        }
        Money::from_text(text).map(Self).map_err(|unfit| match Money::stated(text) {
            Err(MoneyError::NotPositive) => Unfit { message: "must be zero or more".into(), ..unfit },
            _ => unfit,
        })
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^-?\d+\.\d{2}$"));
        RefOr::T(object.description(Some("An amount with two decimals.")).examples(["500.00"]).into())
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Amount")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Money, &'static str> {
        serde_json::from_str::<AmountIn>(json).unwrap().0.map_err(|unfit| unfit.code)
    }

    #[test]
    fn amounts_are_strings_with_at_most_two_decimals() {
        assert_eq!(read("\"500.00\""), Ok(Money::from_kobo(50_000)));
        for (json, code) in [
            ("500", "wrong_type"),
            ("500.00", "wrong_type"),
            ("-5", "wrong_type"),
            ("null", "wrong_type"),
            ("true", "wrong_type"),
            ("[\"5\"]", "wrong_type"),
            ("{\"a\":5}", "wrong_type"),
            ("\"1e3\"", "format"),
            ("\"\"", "format"),
            ("\"1.234\"", "decimals"),
            ("\"0.00\"", "out_of_range"),
            ("\"-5.00\"", "out_of_range"),
            ("\"999999999999999999999\"", "out_of_range"),
        ] {
            assert_eq!(read(json), Err(code), "{json}");
        }
    }

    #[test]
    fn some_amounts_may_be_zero() {
        assert_eq!(AmountOrZero::from_text("0.00"), Ok(AmountOrZero(Money::ZERO)));
        assert_eq!(AmountOrZero::from_text("5"), Ok(AmountOrZero(Money::from_kobo(500))));
        let below = AmountOrZero::from_text("-1").unwrap_err();
        assert_eq!((below.code, below.message.as_ref()), ("out_of_range", "must be zero or more"));
    }

    #[test]
    fn amounts_go_out_with_two_decimals() {
        assert_eq!(serde_json::to_string(&Amount(Money::from_kobo(-5))).unwrap(), "\"-0.05\"");
    }
}

//! What names people, businesses, cards and currencies.

use std::str::FromStr;

use ofektom_domain::business::JoinCode;
use ofektom_domain::money::Currency;
use ofektom_domain::people::{Email, PersonName};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::tracking_number::TrackingNumber;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{FromWire, Input, Unfit};

/// A phone number that a request states.
pub type PhoneIn = Input<PhoneNumber>;
/// A person's name that a request states.
pub type PersonNameIn = Input<PersonName>;
/// An e-mail address that a request states.
pub type EmailIn = Input<Email>;
/// A join code that a request states.
pub type JoinCodeIn = Input<JoinCode>;
/// A tracking number that a request states.
pub type TrackingNumberIn = Input<TrackingNumber>;
/// A currency that a request states.
pub type CurrencyIn = Input<Currency>;

fn parsed<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Unfit> {
    text.parse().map_err(|error: T::Err| Unfit::format(error.to_string()))
}

fn string_schema(description: &str, example: &str) -> Schema {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).examples([example]).into()
}

impl FromWire for PhoneNumber {
    const NAME: &'static str = "Phone";
    const EXPECTED: &'static str = "a string with a phone number";

    fn wire_schema() -> Schema {
        string_schema("A phone number; without a country code a Nigerian one.", "08012345678")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

impl FromWire for PersonName {
    const NAME: &'static str = "PersonName";
    const EXPECTED: &'static str = "a string with a name";

    fn wire_schema() -> Schema {
        string_schema("A person's full name.", "Adaeze Okafor")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

impl FromWire for Email {
    const NAME: &'static str = "Email";
    const EXPECTED: &'static str = "a string with an e-mail address";

    fn wire_schema() -> Schema {
        string_schema("An e-mail address.", "adaeze@example.com")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

impl FromWire for JoinCode {
    const NAME: &'static str = "JoinCode";
    const EXPECTED: &'static str = "a string with a join code";

    fn wire_schema() -> Schema {
        string_schema("The code by which customers join a business.", "K7M2QX")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

impl FromWire for TrackingNumber {
    const NAME: &'static str = "TrackingNumber";
    const EXPECTED: &'static str = "a string with a tracking number";

    fn wire_schema() -> Schema {
        string_schema("The number on a card: 10 digits, the last one a check digit.", "4539578763")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

impl FromWire for Currency {
    const NAME: &'static str = "Currency";
    const EXPECTED: &'static str = "a string with a currency code";

    fn wire_schema() -> Schema {
        string_schema("The ISO 4217 code of a currency with two decimals.", "NGN")
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        parsed(text)
    }
}

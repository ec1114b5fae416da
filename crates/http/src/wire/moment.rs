//! Instants: RFC 3339 in UTC, to the microsecond, as they are stored.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{FromWire, Unfit};

/// An instant in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub Timestamp);

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.6}", self.0))
    }
}

impl FromWire for Timestamp {
    const NAME: &'static str = "Moment";
    const EXPECTED: &'static str = "a string with an instant such as \"2025-01-31T09:30:00Z\"";

    fn wire_schema() -> Schema {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        let examples = ["2025-01-31T09:30:00.000000Z"];
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).examples(examples).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|_| Unfit::format("must be an instant such as 2025-01-31T09:30:00Z"))
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Timestamp::wire_schema())
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(Timestamp::NAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_go_out_in_utc_to_the_microsecond() {
        let instant = Timestamp::from_text("2025-01-31T10:30:00.1234567+01:00").unwrap();
        assert_eq!(serde_json::to_string(&Moment(instant)).unwrap(), "\"2025-01-31T09:30:00.123456Z\"");
        assert!(Timestamp::from_text("2025-01-31").is_err());
        assert!(Timestamp::from_text("yesterday").is_err());
    }
}

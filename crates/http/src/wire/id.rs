//! Identifiers: UUIDs in their usual form.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::{FromWire, Input, Unfit};

/// An identifier that a request states; [`super::Checks::take_id`] makes it one of the domain's typed ids.
pub type IdIn = Input<Uuid>;

/// An identifier in an answer.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Id(Uuid);

impl<T: Into<Uuid>> From<T> for Id {
    fn from(id: T) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromWire for Uuid {
    const NAME: &'static str = "Id";
    const EXPECTED: &'static str = "a string with an id";

    fn wire_schema() -> Schema {
        let format = SchemaFormat::Custom("uuid".to_owned());
        let examples = ["01890a5d-ac96-774b-bcce-b302099a8057"];
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).examples(examples).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        // The library also reads braces, `urn:uuid:` and no hyphens; the API knows one form.
        let id = (text.len() == 36).then(|| Self::try_parse(text).ok()).flatten();
        id.ok_or_else(|| Unfit::format("must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057"))
    }
}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Uuid::wire_schema())
    }
}

impl ToSchema for Id {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(Uuid::NAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_form() {
        assert!(Uuid::from_text("01890a5d-ac96-774b-bcce-b302099a8057").is_ok());
        for text in [
            "",
            "1",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "x".repeat(36).as_str(),
        ] {
            assert!(Uuid::from_text(text).is_err(), "{text}");
        }
    }
}

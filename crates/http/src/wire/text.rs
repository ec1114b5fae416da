//! Free text. Its length and characters are the domain's business; here it only has a bound.

use secrecy::SecretString;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{FromWire, Input, Unfit};

/// Text that a request states.
pub type TextIn = Input<String>;

/// A PIN, passphrase or token that a request states. It is wiped from memory after use, and never shown.
pub type SecretIn = Input<SecretString>;

/// Most bytes of any text of a request.
const BYTES_MAX: usize = 4_096;

impl FromWire for String {
    const NAME: &'static str = "Text";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(BYTES_MAX)).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.len() > BYTES_MAX {
            return Err(Unfit { code: "length", message: "is too long".into() });
        }
        if text.contains('\0') {
            return Err(Unfit::format("must not contain the character NUL"));
        }
        Ok(text.to_owned())
    }
}

impl FromWire for SecretString {
    const NAME: &'static str = "Secret";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        let format = SchemaFormat::KnownFormat(KnownFormat::Password);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).max_length(Some(BYTES_MAX)).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() || text.len() > BYTES_MAX {
            return Err(Unfit { code: "length", message: "must be given, and not too long".into() });
        }
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_and_has_no_nul() {
        assert!(String::from_text("Adaeze").is_ok());
        assert!(String::from_text("a\0b").is_err());
        assert!(String::from_text(&"a".repeat(5_000)).is_err());
        assert!(serde_json::from_str::<TextIn>("5").unwrap().0.is_err());
    }
}

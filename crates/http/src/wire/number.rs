//! Whole numbers and flags.

use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{FromWire, Input, Unfit};

/// A whole number that a body states.
pub type WholeIn = Input<u32>;
/// A flag that a body or query states.
pub type FlagIn = Input<bool>;

/// A flag that a query states.
pub type QueryFlagIn = Input<QueryFlag>;

/// A flag of a query, where everything is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryFlag(pub bool);

impl FromWire for QueryFlag {
    const NAME: &'static str = "QueryFlag";
    const EXPECTED: &'static str = "true or false";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        match text {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(Unfit { code: "unknown_value", message: "must be true or false".into() }),
        }
    }
}

impl FromWire for u32 {
    const NAME: &'static str = "Whole";
    const EXPECTED: &'static str = "a whole number";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(u32::MAX)).into()
    }

    fn from_whole(number: u64) -> Result<Self, Unfit> {
        Self::try_from(number).map_err(|_| Unfit { code: "out_of_range", message: "is too large".into() })
    }
}

impl FromWire for bool {
    const NAME: &'static str = "Flag";
    const EXPECTED: &'static str = "true or false";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }

    fn from_flag(flag: bool) -> Result<Self, Unfit> {
        Ok(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_flags_are_flags() {
        let whole = |json| serde_json::from_str::<WholeIn>(json).unwrap().0.ok();
        assert_eq!(whole("3"), Some(3));
        for json in ["3.0", "-3", "\"3\"", "4294967296", "true", "null"] {
            assert_eq!(whole(json), None, "{json}");
        }
        let flag = |json| serde_json::from_str::<FlagIn>(json).unwrap().0.ok();
        assert_eq!(flag("true"), Some(true));
        assert_eq!(flag("\"true\""), None);
        assert_eq!(flag("1"), None);
    }
}

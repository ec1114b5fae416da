//! One value of a request. Reading it never fails: what is wrong with it is kept until all values have been read, so that
//! one answer names all fields that are not acceptable.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Why a value is not acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// A stable code.
    pub code: &'static str,
    /// What would be right, for a person.
    pub message: Cow<'static, str>,
}

impl Unfit {
    /// Text that is not in the right form.
    pub fn format(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "format", message: message.into() }
    }

    /// A value of the wrong JSON type.
    fn wrong_type(expected: &'static str) -> Self {
        Self { code: "wrong_type", message: format!("must be {expected}").into() }
    }
}

/// A domain type that a request can state.
pub trait FromWire: Sized {
    /// The name of its schema in the OpenAPI document.
    const NAME: &'static str;
    /// What JSON it is, for a person: `a string`.
    const EXPECTED: &'static str;

    /// Its schema in the OpenAPI document.
    fn wire_schema() -> Schema;

    /// Reads it from a JSON string or a query parameter.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn from_text(text: &str) -> Result<Self, Unfit> {
        let _ = text;
        Err(Unfit::wrong_type(Self::EXPECTED))
    }

    /// Reads it from a JSON number without decimals.
    ///
    /// # Errors
    /// What is wrong with the number.
    fn from_whole(number: u64) -> Result<Self, Unfit> {
        let _ = number;
        Err(Unfit::wrong_type(Self::EXPECTED))
    }

    /// Reads it from `true` or `false`.
    ///
    /// # Errors
    /// When it is no flag.
    fn from_flag(flag: bool) -> Result<Self, Unfit> {
        let _ = flag;
        Err(Unfit::wrong_type(Self::EXPECTED))
    }
}

/// A value of a request, read into its domain type; or what is wrong with it.
pub struct Input<T>(pub(super) Result<T, Unfit>);

impl<T> Input<T> {
    /// A value that was read from something else than JSON or a query.
    pub const fn of(read: Result<T, Unfit>) -> Self {
        Self(read)
    }
}

impl<T> fmt::Debug for Input<T> {
    /// Shows nothing: it may be a secret, a phone number or an account number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input(…)")
    }
}

impl<'de, T: FromWire> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InputVisitor(PhantomData)).map(Self)
    }
}

struct InputVisitor<T>(PhantomData<T>);

impl<'de, T: FromWire> Visitor<'de> for InputVisitor<T> {
    type Value = Result<T, Unfit>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(T::from_text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(T::from_whole(number))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(T::from_flag(flag))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Err(Unfit::wrong_type(T::EXPECTED)))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Err(Unfit::wrong_type(T::EXPECTED)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err(Unfit::wrong_type(T::EXPECTED)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(Unfit::wrong_type(T::EXPECTED)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err(Unfit::wrong_type(T::EXPECTED)))
    }
}

impl<T: FromWire> PartialSchema for Input<T> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(T::wire_schema())
    }
}

impl<T: FromWire> ToSchema for Input<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// For fields of a `PATCH`: `Some(None)` is a `null` that was given, `None` a field that was not.
///
/// # Errors
/// Those of the inner value.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

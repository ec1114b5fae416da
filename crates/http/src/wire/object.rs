//! Objects within objects. A derived struct also reads from an array; the API takes objects only.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads a field that is an object or missing; `null` is missing. To be used with `default`.
///
/// # Errors
/// When it is something else.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Object<T>>::deserialize(deserializer).map(|object| object.map(|Object(inner)| inner))
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[serde(default, deserialize_with = "object")]
        inner: Option<Inner>,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Inner {
        days: u8,
    }

    fn read(text: &str) -> Result<Option<Inner>, String> {
        serde_json::from_str(text).map(|outer: Outer| outer.inner).map_err(|error| error.to_string())
    }

    #[test]
    fn only_an_object_is_one() {
        assert_eq!(read("{}"), Ok(None));
        assert_eq!(read(r#"{"inner":null}"#), Ok(None));
        assert_eq!(read(r#"{"inner":{"days":7}}"#), Ok(Some(Inner { days: 7 })));
        for wrong in ["[7]", "[]", "7", "\"7\""] {
            let refused = read(&format!(r#"{{"inner":{wrong}}}"#)).unwrap_err();
            assert!(refused.contains("expected an object"), "{refused}");
        }
    }
}

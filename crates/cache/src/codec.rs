//! The bytes of a cached value: its version, then bincode. Nothing else in the workspace names bincode, which is no
//! longer maintained, so replacing it means replacing this file.

use bincode::config::{self, Configuration, Fixint, Limit, LittleEndian};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest value in bytes, encoded or decoded: bounds what a length in garbage can make the decoder allocate.
const VALUE_BYTES_MAX: usize = 1 << 20;

/// Fixed-width integers: a reader can tell the bytes apart without the library, and decoding has fewer branches.
const CONFIG: Configuration<LittleEndian, Fixint, Limit<VALUE_BYTES_MAX>> =
    config::standard().with_fixed_int_encoding().with_limit::<VALUE_BYTES_MAX>();

/// A value that cannot be encoded: too large, or of a type that bincode has no form for.
#[derive(Debug, thiserror::Error)]
#[error("the value cannot be encoded")]
pub(crate) struct EncodeError(#[source] bincode::error::EncodeError);

/// The bytes of `value` under the `version` of its type.
pub(crate) fn encode<V: Serialize>(version: u8, value: &V) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = vec![version];
    encode_onto(&mut bytes, value)?;
    Ok(bytes)
}

/// The value that `encode` made the bytes of; `None` for any other bytes.
pub(crate) fn decode<V: DeserializeOwned>(version: u8, bytes: &[u8]) -> Option<V> {
    let (found, body) = bytes.split_first()?;
    if *found != version {
        return None;
    }
    decode_whole(body)
}

/// Appends a value, without a version.
pub(crate) fn encode_onto<V: Serialize>(bytes: &mut Vec<u8>, value: &V) -> Result<(), EncodeError> {
    bincode::serde::encode_into_std_write(value, bytes, CONFIG).map_err(EncodeError)?;
    if bytes.len() > VALUE_BYTES_MAX { Err(too_long()) } else { Ok(()) }
}

/// The value that these bytes, and no others after them, stand for.
pub(crate) fn decode_whole<V: DeserializeOwned>(body: &[u8]) -> Option<V> {
    let (value, read) = bincode::serde::decode_from_slice(body, CONFIG).ok()?;
    (read == body.len()).then_some(value)
}

pub(crate) const fn too_long() -> EncodeError {
    EncodeError(bincode::error::EncodeError::Other("longer than a cached value may be"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Empty,
        Named { name: String, at: Option<i64> },
        Many(Vec<(u32, [u8; 16])>),
        Table(BTreeMap<String, bool>),
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Empty),
            (any::<String>(), any::<Option<i64>>()).prop_map(|(name, at)| Shape::Named { name, at }),
            prop::collection::vec(any::<(u32, [u8; 16])>(), 0..20).prop_map(Shape::Many),
            prop::collection::btree_map(any::<String>(), any::<bool>(), 0..10).prop_map(Shape::Table),
        ]
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(value in shapes(), version in any::<u8>()) {
            let bytes = encode(version, &value).unwrap();
            prop_assert_eq!(decode::<Shape>(version, &bytes), Some(value));
            prop_assert_eq!(decode::<Shape>(version.wrapping_add(1), &bytes), None);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Shape>(0, &bytes);
            let _ = decode::<Shape>(bytes.first().copied().unwrap_or(0), &bytes);
            let _ = decode::<String>(bytes.first().copied().unwrap_or(0), &bytes);
        }

        #[test]
        fn cut_or_longer_bytes_are_a_miss(value in shapes(), cut in any::<prop::sample::Index>(), more in any::<u8>()) {
            let mut bytes = encode(1, &value).unwrap();
            prop_assert_eq!(decode::<Shape>(1, bytes.get(..cut.index(bytes.len())).unwrap()), None);
            bytes.push(more);
            prop_assert_eq!(decode::<Shape>(1, &bytes), None);
        }
    }

    #[test]
    fn a_claimed_length_beyond_the_limit_is_a_miss() {
        let mut bytes = vec![1];
        bytes.extend_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(decode::<Vec<u64>>(1, &bytes), None);
        assert_eq!(decode::<String>(1, &bytes), None);
    }

    #[test]
    fn a_value_beyond_the_limit_is_not_encoded() {
        assert!(encode(1, &"x".repeat(VALUE_BYTES_MAX)).is_err());
    }
}

//! The code by which customers join a business.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Digits and capitals without those that people misread for one another: no 0, 1, I, L, O, U, Y, Z.
const ALPHABET: &[u8; 28] = b"23456789ABCDEFGHJKMNPQRSTVWX";

/// Six characters of an unambiguous alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JoinCode([u8; 6]);

/// The text is not a join code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a join code of 6 characters")]
pub struct InvalidJoinCode;

impl JoinCode {
    /// Makes a code from 64 random bits.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let mut rest = random;
        Self(std::array::from_fn(|_| {
            let at = usize::try_from(rest % 28).unwrap_or(0);
            rest /= 28;
            ALPHABET.get(at).copied().unwrap_or(b'2')
        }))
    }

    /// The six characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl FromStr for JoinCode {
    type Err = InvalidJoinCode;

    /// Letters may be written small.
    fn from_str(text: &str) -> Result<Self, InvalidJoinCode> {
        let code: [u8; 6] = text.to_ascii_uppercase().into_bytes().try_into().map_err(|_| InvalidJoinCode)?;
        if code.iter().all(|c| ALPHABET.contains(c)) { Ok(Self(code)) } else { Err(InvalidJoinCode) }
    }
}

impl Serialize for JoinCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for JoinCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn made_codes_parse(random: u64) {
            let code = JoinCode::from_random(random);
            prop_assert_eq!(code.as_str().to_lowercase().parse(), Ok(code));
        }
    }
}

//! The number on a savings card: nine random digits and a Luhn check digit (ISO/IEC 7812-1, annex B).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A tracking number: 10 digits, the last one a check digit. Alone it opens nothing; it only finds a card among
/// those that the caller may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingNumber(u64);

/// The text is not a tracking number, or its check digit is wrong (one digit mistyped, or two neighbours swapped).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a tracking number: 10 digits with a valid check digit")]
pub struct InvalidTrackingNumber;

impl TrackingNumber {
    /// Makes a number from 64 random bits. The first digit is never 0, so that nobody drops it.
    #[must_use]
    pub const fn from_random(random: u64) -> Self {
        let body = 100_000_000 + random % 900_000_000;
        Self(body * 10 + check_digit(body))
    }
}

/// The Luhn check digit of a body of digits.
const fn check_digit(body: u64) -> u64 {
    let mut rest = body;
    let mut sum = 0;
    let mut doubled = true;
    while rest > 0 {
        let digit = rest % 10;
        let value = if doubled { digit * 2 } else { digit };
        sum += value / 10 + value % 10;
        doubled = !doubled;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}

impl FromStr for TrackingNumber {
    type Err = InvalidTrackingNumber;

    fn from_str(text: &str) -> Result<Self, InvalidTrackingNumber> {
        if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidTrackingNumber);
        }
        let number: u64 = text.parse().map_err(|_| InvalidTrackingNumber)?;
        if check_digit(number / 10) == number % 10 { Ok(Self(number)) } else { Err(InvalidTrackingNumber) }
    }
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl Serialize for TrackingNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TrackingNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn made_numbers_parse_and_a_changed_digit_does_not(random: u64, at in 0_usize..10, change in 1_u8..10) {
            let text = TrackingNumber::from_random(random).to_string();
            prop_assert_eq!(text.len(), 10);
            prop_assert!(text.parse::<TrackingNumber>().is_ok());
            let mut bytes = text.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + change) % 10;
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<TrackingNumber>().is_err());
        }
    }
}

//! Phone numbers in E.164, parsed with Google's rules; Nigeria is the default region.

use std::fmt;
use std::str::FromStr;

use phonenumber::{Mode, country};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A valid phone number in E.164, such as `+2348012345678`. It names a person, so it never reaches a log:
/// `Debug` shows only the last two digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// The text is not a phone number that could exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a valid phone number, such as 08012345678 or +2348012345678")]
pub struct InvalidPhone;

impl PhoneNumber {
    /// The E.164 text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but its last four digits hidden, for people who may know that it exists.
    #[must_use]
    pub fn masked(&self) -> String {
        let kept = self.0.len().saturating_sub(4);
        self.0.char_indices().map(|(at, c)| if at >= kept || c == '+' { c } else { '*' }).collect()
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        // The library turns letters into keypad digits and reads extensions; a savings customer states neither.
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.');
        if text.len() > 32 || !text.chars().all(plain) {
            return Err(InvalidPhone);
        }
        let number = phonenumber::parse(Some(country::NG), text).map_err(|_| InvalidPhone)?;
        if !phonenumber::is_valid(&number) {
            return Err(InvalidPhone);
        }
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(…{})", self.0.get(self.0.len().saturating_sub(2)..).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_people_write_are_one_number() {
        for text in
            ["08012345678", "8012345678", "2348012345678", "+2348012345678", "+234 801 234 5678", "0801-234-5678"]
        {
            assert_eq!(
                text.parse::<PhoneNumber>().map(|p| p.as_str().to_owned()),
                Ok("+2348012345678".to_owned()),
                "{text}"
            );
        }
        assert!("+447911123456".parse::<PhoneNumber>().is_ok());
    }

    #[test]
    fn letters_and_bad_lengths_are_refused() {
        for text in
            ["", "abc", "0801234567", "080123456789", "0801234567a", "+234801234567890", "1234", "+", "0801234567x9"]
        {
            assert_eq!(text.parse::<PhoneNumber>(), Err(InvalidPhone), "{text}");
        }
    }

    #[test]
    fn debug_and_mask_hide_it() {
        let phone: PhoneNumber = "08012345678".parse().unwrap();
        assert_eq!(format!("{phone:?}"), "PhoneNumber(…78)");
        assert_eq!(phone.masked(), "+*********5678");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<PhoneNumber>();
        }

        #[test]
        fn parsing_is_idempotent(tail in 0_u32..99_999_999) {
            if let Ok(phone) = format!("080{tail:08}").parse::<PhoneNumber>() {
                prop_assert_eq!(phone.as_str().parse::<PhoneNumber>(), Ok(phone));
            }
        }
    }
}

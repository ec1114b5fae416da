//! How large: `100k`, `10m`.

use std::str::FromStr;

/// The most: what a machine bears in an evening.
const MOST: u64 = 100_000_000;

/// So many markings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u64);

/// The text is no number of markings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a number of markings from 1 to 100m, such as 50000, 100k or 10m")]
pub struct ScaleParseError;

impl Scale {
    /// How many markings.
    #[must_use]
    pub const fn markings(self) -> u64 {
        self.0
    }
}

impl FromStr for Scale {
    type Err = ScaleParseError;

    fn from_str(text: &str) -> Result<Self, ScaleParseError> {
        let text = text.to_ascii_lowercase();
        let (digits, unit) = if let Some(digits) = text.strip_suffix('k') {
            (digits, 1_000)
        } else if let Some(digits) = text.strip_suffix('m') {
            (digits, 1_000_000)
        } else {
            (text.as_str(), 1)
        };
        let count = digits.parse::<u64>().ok().and_then(|digits| digits.checked_mul(unit));
        count.filter(|count| (1..=MOST).contains(count)).map(Self).ok_or(ScaleParseError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_have_a_unit() {
        let read = |text: &str| text.parse().map(Scale::markings);
        assert_eq!(read("50000"), Ok(50_000));
        assert_eq!(read("100k"), Ok(100_000));
        assert_eq!(read("10M"), Ok(10_000_000));
        for text in ["", "k", "0", "-1", "1.5m", "101m", "10mk", "10kk", "99999999999999999999m"] {
            assert_eq!(read(text), Err(ScaleParseError), "{text}");
        }
    }
}

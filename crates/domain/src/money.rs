//! Money as a whole number of kobo, with checked arithmetic only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount in kobo (1 naira = 100 kobo; the hundredth of whatever the business's currency is).
///
/// It may be negative inside the ledger (a credit); amounts that people state are checked with [`Money::stated`].
/// In JSON it is a string with two decimals, `"500.00"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is not an amount of money, or a sum has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with an optional point and one or two decimals.
    #[error("must be an amount such as \"500.00\": digits, a point, two decimals")]
    Format,
    /// More than two decimals.
    #[error("must not have more than two decimals")]
    Decimals,
    /// Zero or less where an amount must be positive.
    #[error("must be more than zero")]
    NotPositive,
    /// Larger than [`Money::MAX_STATED`].
    #[error("must not be more than 1000000000.00")]
    TooLarge,
    /// A sum or product left the range of 64 bits.
    #[error("the amount is too large to calculate with")]
    Overflow,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount a person may state: one billion naira. 92 million of the largest still have a sum.
    pub const MAX_STATED: Self = Self(100_000_000_000);

    /// From a number of kobo.
    #[must_use]
    pub const fn from_kobo(kobo: i64) -> Self {
        Self(kobo)
    }

    /// The number of kobo.
    #[must_use]
    pub const fn kobo(self) -> i64 {
        self.0
    }

    /// Parses an amount that a person states: positive and at most [`Money::MAX_STATED`].
    ///
    /// # Errors
    /// [`MoneyError`] names what is wrong with the text.
    pub fn stated(text: &str) -> Result<Self, MoneyError> {
        if let Some(rest) = text.strip_prefix('-') {
            return Err(if Self::from_str(rest).is_ok() { MoneyError::NotPositive } else { MoneyError::Format });
        }
        let amount = Self::from_str(text)?;
        if amount <= Self::ZERO {
            return Err(MoneyError::NotPositive);
        }
        if amount > Self::MAX_STATED {
            return Err(MoneyError::TooLarge);
        }
        Ok(amount)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::Overflow)
    }

    /// The difference; it may be negative.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_sub(other.0).map(Self).ok_or(MoneyError::Overflow)
    }

    /// The product with a count.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        self.0.checked_mul(i64::from(count)).map(Self).ok_or(MoneyError::Overflow)
    }

    /// The share of one among `count`, rounded down to the kobo. `None` when `count` is 0.
    #[must_use]
    pub fn share_of(self, count: u32) -> Option<Self> {
        self.0.checked_div_euclid(i64::from(count)).map(Self)
    }

    /// The same amount on the other side of the ledger.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn negated(self) -> Result<Self, MoneyError> {
        self.0.checked_neg().map(Self).ok_or(MoneyError::Overflow)
    }

    /// The sum of many.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let kobo = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", kobo / 100, kobo % 100)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Parses `500`, `500.5` or `500.00`; no sign, no exponent, no spaces.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (whole, decimals) = text.split_once('.').map_or((text, None), |(w, d)| (w, Some(d)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !decimals.is_none_or(digits) {
            return Err(MoneyError::Format);
        }
        let hundredths = match decimals.unwrap_or("").as_bytes() {
            [] => 0,
            [tens] => i64::from(tens - b'0') * 10,
            [tens, ones] => i64::from(tens - b'0') * 10 + i64::from(ones - b'0'),
            _ => return Err(MoneyError::Decimals),
        };
        let naira: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let kobo = naira.checked_mul(100).and_then(|kobo| kobo.checked_add(hundredths));
        kobo.map(Self).ok_or(MoneyError::TooLarge)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
        let amount = Self::from_str(digits).map_err(de::Error::custom)?;
        if negative { amount.negated().map_err(de::Error::custom) } else { Ok(amount) }
    }
}

/// An ISO 4217 currency code. Amounts of different currencies never meet: a business has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// The text is not a currency that this system can keep books in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the ISO 4217 code of a currency with two decimals, such as NGN")]
pub struct UnknownCurrency;

/// Currencies with two decimals in ISO 4217 in which thrift businesses of the region and its diaspora trade.
const CURRENCIES: [&str; 16] =
    ["NGN", "GHS", "KES", "ZAR", "EGP", "MAD", "TZS", "ZMW", "SLE", "LRD", "GMD", "ETB", "USD", "EUR", "GBP", "CAD"];

impl Currency {
    /// The naira, the default.
    pub const NGN: Self = Self(*b"NGN");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("NGN")
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        if !CURRENCIES.contains(&text) {
            return Err(UnknownCurrency);
        }
        text.as_bytes().try_into().map(Self).map_err(|_| UnknownCurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stated_amounts() {
        for (text, kobo) in [("500.00", 50_000), ("500", 50_000), ("0.01", 1), ("1098.9", 109_890)] {
            assert_eq!(Money::stated(text), Ok(Money::from_kobo(kobo)), "{text}");
        }
        for text in ["", ".", "5.", ".5", "1e3", "+5", " 5", "5 ", "0x10", "5,000", "٥", "--5", "-", "1_0", "NaN"] {
            assert_eq!(Money::stated(text), Err(MoneyError::Format), "{text}");
        }
        assert_eq!(Money::stated("1.234"), Err(MoneyError::Decimals));
        assert_eq!(Money::stated("0.00"), Err(MoneyError::NotPositive));
        assert_eq!(Money::stated("-5.00"), Err(MoneyError::NotPositive));
        assert_eq!(Money::stated("1000000000.01"), Err(MoneyError::TooLarge));
        assert_eq!(Money::stated("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn text_and_amount_agree(kobo in 0_i64..i64::MAX) {
            let money = Money::from_kobo(kobo);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = Money::stated(&text);
        }
    }
}

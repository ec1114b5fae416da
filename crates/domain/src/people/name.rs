//! Names and e-mail addresses, as far as they can be checked without sending anything.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A person's full name: 1 to 120 characters, no control characters, trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

/// The text is not usable as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 120 characters without control characters")]
pub struct InvalidName;

impl PersonName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        let usable = (1..=120).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if usable { Ok(Self(text.to_owned())) } else { Err(InvalidName) }
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address, lower case. Only its outer form is checked (one `@`, a domain with a point): whether it exists
/// is known only once a message arrives. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address of at most 254 characters")]
pub struct InvalidEmail;

impl Email {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail)?;
        let domain_ok = domain.contains('.')
            && domain
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
        let local_ok = (1..=64).contains(&local.len())
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        if text.len() <= 254 && domain_ok && local_ok { Ok(Self(text)) } else { Err(InvalidEmail) }
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        assert_eq!(" Adaeze Okafor ".parse::<PersonName>().unwrap().as_str(), "Adaeze Okafor");
        assert!("".parse::<PersonName>().is_err());
        assert!("a\u{0}b".parse::<PersonName>().is_err());
        assert_eq!("Ada@Example.NG".parse::<Email>().unwrap().as_str(), "ada@example.ng");
        for text in ["", "a", "a@b", "a@@b.c", "a b@c.d", "a@b..c"] {
            assert!(text.parse::<Email>().is_err(), "{text}");
        }
    }
}

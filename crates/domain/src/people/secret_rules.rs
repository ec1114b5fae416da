//! What a PIN and a passphrase must look like.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::phone::PhoneNumber;

/// What a person signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialKind {
    /// Six digits: customers.
    Pin,
    /// Ten characters or more: whoever works for a business or the platform.
    Passphrase,
}

impl CredentialKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Pin, Self::Passphrase];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Passphrase => "passphrase",
        }
    }

    /// Whether a secret of kind `next` may take the place of one of this kind. Whoever has a passphrase keeps to one, for
    /// his roles may need it; whoever has a PIN may choose a passphrase, so that he can be given any role.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Pin, _) | (_, Self::Passphrase))
    }
}

/// Shortest passphrase, in characters.
const PASSPHRASE_CHARS_MIN: usize = 10;

/// Longest passphrase, in bytes: bounds the work that hashing one can cause.
const PASSPHRASE_BYTES_MAX: usize = 256;

/// Checks a secret that the person with `phone` wants to set.
///
/// # Errors
/// What would be right, for a person; it never repeats the secret.
pub fn secret_check(kind: CredentialKind, secret: &str, phone: &PhoneNumber) -> Result<(), &'static str> {
    match kind {
        CredentialKind::Pin => pin_check(secret, phone),
        CredentialKind::Passphrase => passphrase_check(secret, phone),
    }
}

/// What a person has after setting `secret` in place of a secret of kind `current`, by [`CredentialKind::may_become`].
///
/// # Errors
/// What would be right, for a person; it never repeats the secret.
pub fn secret_kind_after(
    current: CredentialKind,
    secret: &str,
    phone: &PhoneNumber,
) -> Result<CredentialKind, &'static str> {
    let looks_like_pin = secret.chars().count() < PASSPHRASE_CHARS_MIN;
    let kind = if looks_like_pin { current } else { CredentialKind::Passphrase };
    secret_check(kind, secret, phone).map(|()| kind)
}

fn pin_check(pin: &str, phone: &PhoneNumber) -> Result<(), &'static str> {
    let digits = pin.as_bytes();
    if digits.len() != 6 || !digits.iter().all(u8::is_ascii_digit) {
        return Err("must be a PIN of 6 digits");
    }
    if is_pattern(digits) {
        return Err("must not be repeated or sequential digits");
    }
    if phone.as_str().contains(pin) { Err("must not be part of your phone number") } else { Ok(()) }
}

/// Whether six digits follow a pattern that people try first.
fn is_pattern(digits: &[u8]) -> bool {
    // One or two digits only: 111111, 121212, 112211, 100000.
    if distinct_count(digits.iter()) <= 2 {
        return true;
    }
    // The same step all along, past 9 too: 123456, 654321, 567890, 135791.
    let step = |pair: &[u8]| match pair {
        [first, second] => (i16::from(*second) - i16::from(*first)).rem_euclid(10),
        _ => 0,
    };
    let steps: Vec<i16> = digits.windows(2).map(step).collect();
    if distinct_count(steps.iter()) == 1 {
        return true;
    }
    // Doubled digits (112233), a half that comes again (123123) or comes back (123321).
    let doubled = digits.chunks(2).all(|pair| matches!(pair, [first, second] if first == second));
    let (left, right) = digits.split_at(3);
    doubled || left == right || left.iter().eq(right.iter().rev())
}

fn passphrase_check(passphrase: &str, phone: &PhoneNumber) -> Result<(), &'static str> {
    if passphrase.len() > PASSPHRASE_BYTES_MAX {
        return Err("must be at most 256 bytes");
    }
    if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
        return Err("must be a passphrase of 10 or more characters");
    }
    if distinct_count(passphrase.chars()) < 4 {
        return Err("must have at least 4 different characters");
    }
    let told: Vec<char> = passphrase.chars().filter(|c| c.is_alphanumeric()).collect();
    // After 9 comes 0, as on a keypad.
    let step = |(a, b): (&char, &char)| {
        let step = i64::from(u32::from(*b)) - i64::from(u32::from(*a));
        if a.is_ascii_digit() && b.is_ascii_digit() { step.rem_euclid(10) } else { step }
    };
    if distinct_count(told.iter().zip(told.iter().skip(1)).map(step)) <= 1 {
        return Err("must not be a row of characters such as abcdefghij");
    }
    // A number and nothing else, which is the person's own: in whichever way he writes it.
    let number: String = told.iter().filter(|c| c.is_ascii_digit()).collect();
    let own = phone.as_str().trim_start_matches('+');
    let national = own.get(own.len().saturating_sub(10)..).unwrap_or(own);
    if number.len() == told.len() && number.contains(national) {
        return Err("must not be your phone number");
    }
    Ok(())
}

fn distinct_count<T: Ord>(items: impl Iterator<Item = T>) -> usize {
    items.collect::<BTreeSet<T>>().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(kind: CredentialKind, secret: &str) -> Result<(), &'static str> {
        secret_check(kind, secret, &"08035274951".parse().unwrap())
    }

    #[test]
    fn pins() {
        for pin in ["274950", "900817", "112358", "123654", "121314", "112234"] {
            assert_eq!(check(CredentialKind::Pin, pin), Ok(()), "{pin}");
        }
        for pin in ["", "12345", "1234567", "12345a", "٣٣٣", "२७४९५१"] {
            assert_eq!(check(CredentialKind::Pin, pin), Err("must be a PIN of 6 digits"), "{pin}");
        }
        for pin in [
            "111111", "123456", "654321", "567890", "098765", "890123", "135791", "246802", "121212", "123123",
            "112233", "998877", "123321", "111222", "112211", "100000", "000001", "101010", "343343",
        ] {
            assert_eq!(check(CredentialKind::Pin, pin), Err("must not be repeated or sequential digits"), "{pin}");
        }
        for pin in ["274951", "803527", "234803"] {
            assert_eq!(check(CredentialKind::Pin, pin), Err("must not be part of your phone number"), "{pin}");
        }
    }

    #[test]
    fn passphrases() {
        for text in ["market day at noon", "rain in 2024, again", "call 08035274951 now"] {
            assert_eq!(check(CredentialKind::Passphrase, text), Ok(()), "{text}");
        }
        for text in [
            "short",
            "aaaaaaaaaaaa",
            "ababababab",
            "1234567890",
            "0987654321",
            "abcdefghijkl",
            "a b c d e f g",
            "zyxwvutsrq",
            "08035274951",
            "+2348035274951",
            "+234 803 527 4951",
            "8035274951",
        ] {
            assert!(check(CredentialKind::Passphrase, text).is_err(), "{text}");
        }
        assert!(check(CredentialKind::Passphrase, &"abcdefghij".repeat(30)).is_err());
    }

    #[test]
    fn a_pin_may_become_a_passphrase_but_not_the_other_way_round() {
        use CredentialKind::{Passphrase, Pin};
        let phone = "08035274951".parse().unwrap();
        assert_eq!(secret_kind_after(Pin, "900817", &phone), Ok(Pin));
        assert_eq!(secret_kind_after(Pin, "market day at noon", &phone), Ok(Passphrase));
        assert_eq!(secret_kind_after(Passphrase, "market day at noon", &phone), Ok(Passphrase));
        assert!(secret_kind_after(Passphrase, "900817", &phone).is_err());
        assert!(secret_kind_after(Pin, "12345", &phone).is_err());
    }

    proptest! {
        /// The patterns leave most PINs to choose from, whichever three digits one likes to end with.
        #[test]
        fn patterns_are_the_exception(seed in 0_u32..1_000) {
            let pins = (0..1_000_u32).map(|at| format!("{:06}", at * 1_000 + seed));
            let refused = pins.filter(|pin| is_pattern(pin.as_bytes())).count();
            prop_assert!(refused <= 120, "{refused} of 1000");
        }
    }
}

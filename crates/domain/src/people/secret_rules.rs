//! What a PIN and a passphrase must look like.

/// What a person signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// Longest passphrase, in bytes: bounds the work that hashing one can cause.
const PASSPHRASE_BYTES_MAX: usize = 256;

/// Checks a secret that a person wants to set.
///
/// # Errors
/// What would be right, for a person; it never repeats the secret.
pub fn secret_check(kind: CredentialKind, secret: &str) -> Result<(), &'static str> {
    match kind {
        CredentialKind::Pin => pin_check(secret),
        CredentialKind::Passphrase => passphrase_check(secret),
    }
}

fn pin_check(pin: &str) -> Result<(), &'static str> {
    let digits = pin.as_bytes();
    if digits.len() != 6 || !digits.iter().all(u8::is_ascii_digit) {
        return Err("must be a PIN of 6 digits");
    }
    let step = |pair: &[u8]| match pair {
        [first, second] => i16::from(*second) - i16::from(*first),
        _ => 0,
    };
    let steps: Vec<i16> = digits.windows(2).map(step).collect();
    // Repeated (111111), rising or falling (123456, 654321), and the wrap after 9 (567890, 098765).
    let trivial = [0, 1, -1].iter().any(|wanted| steps.iter().all(|step| (step - wanted).rem_euclid(10) == 0));
    let pairs =
        digits.chunks(2).all(|pair| digits.starts_with(pair)) || digits.chunks(3).all(|part| digits.starts_with(part));
    if trivial || pairs { Err("must not be repeated or sequential digits") } else { Ok(()) }
}

fn passphrase_check(passphrase: &str) -> Result<(), &'static str> {
    if passphrase.len() > PASSPHRASE_BYTES_MAX {
        return Err("must be at most 256 bytes");
    }
    if passphrase.chars().count() < 10 {
        return Err("must be a passphrase of 10 or more characters");
    }
    let mut distinct: Vec<char> = passphrase.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 { Err("must have at least 4 different characters") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins() {
        for pin in ["274951", "900817", "112358"] {
            assert_eq!(secret_check(CredentialKind::Pin, pin), Ok(()), "{pin}");
        }
        for pin in [
            "", "12345", "1234567", "12345a", "111111", "123456", "654321", "567890", "098765", "121212", "123123",
            "٣٣٣",
        ] {
            assert!(secret_check(CredentialKind::Pin, pin).is_err(), "{pin}");
        }
    }

    #[test]
    fn passphrases() {
        assert_eq!(secret_check(CredentialKind::Passphrase, "market day at noon"), Ok(()));
        for text in ["short", "aaaaaaaaaaaa", "ababababab"] {
            assert!(secret_check(CredentialKind::Passphrase, text).is_err(), "{text}");
        }
        assert!(secret_check(CredentialKind::Passphrase, &"abcdefghij".repeat(30)).is_err());
    }
}

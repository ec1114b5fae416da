//! Random tokens that mean nothing by themselves: for refreshing and for activation.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ofektom_domain::people::TokenHash;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Length of the text of 32 bytes in base64url without padding.
const TEXT_LENGTH: usize = 43;

/// 32 random bytes as text. Only its hash is ever stored; `Debug` hides it.
#[derive(Clone, Debug)]
pub struct OpaqueToken(SecretString);

impl OpaqueToken {
    /// The token of 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// The text, for the one who is to have it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// The text, still hidden.
    #[must_use]
    pub fn into_secret(self) -> SecretString {
        self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        token_hash(self.reveal())
    }
}

/// What is stored of a token. SHA-256 is enough: 256 random bits cannot be guessed, so the hash need not be slow.
#[must_use]
pub fn token_hash(text: &str) -> TokenHash {
    TokenHash(Sha256::digest(text.as_bytes()).into())
}

/// Whether a text can be a token at all; spares the store a question.
pub(crate) fn is_plausible(text: &str) -> bool {
    text.len() == TEXT_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ports::Randomness;

    use super::*;
    use crate::randomness::OsRandomness;

    #[test]
    fn tokens_differ_are_plausible_and_stay_hidden() {
        let (one, two) = (OpaqueToken::from_bytes(OsRandomness.token()), OpaqueToken::from_bytes(OsRandomness.token()));
        assert_ne!(one.reveal(), two.reveal());
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.hash(), token_hash(one.reveal()));
        assert!(is_plausible(one.reveal()));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn other_texts_are_not_plausible() {
        let token = OpaqueToken::from_bytes([7; 32]);
        for text in ["", "abc", &format!("{}=", token.reveal()), &"é".repeat(22), &"a+".repeat(22)] {
            assert!(!is_plausible(text), "{text}");
        }
    }

    #[test]
    fn the_stored_hash_is_sha_256() {
        let hash = token_hash("abc");
        assert_eq!(hash.0.first_chunk(), Some(&[0xba, 0x78, 0x16, 0xbf]));
    }
}

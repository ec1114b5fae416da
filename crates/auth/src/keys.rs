//! One secret of the installation, and the keys derived from it.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use ofektom_domain::people::TokenHash;
use ofektom_domain::phone::PhoneNumber;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Least length of the secret key, in bytes.
pub const SECRET_KEY_BYTES_MIN: usize = 32;

/// The secret that the operator keeps (`SECRET_KEY`). Losing it makes every stored secret hash worthless.
#[derive(Debug)]
pub struct SecretKey(SecretString);

/// The secret key is too short to protect anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret key has {bytes} bytes; it must have {SECRET_KEY_BYTES_MIN} or more")]
pub struct SecretKeyTooShort {
    /// How long it is.
    pub bytes: usize,
}

impl SecretKey {
    /// Takes the operator's secret. Its bytes are used as they are, whatever they encode.
    ///
    /// # Errors
    /// [`SecretKeyTooShort`] below [`SECRET_KEY_BYTES_MIN`].
    pub fn new(secret: SecretString) -> Result<Self, SecretKeyTooShort> {
        let bytes = secret.expose_secret().len();
        if bytes < SECRET_KEY_BYTES_MIN { Err(SecretKeyTooShort { bytes }) } else { Ok(Self(secret)) }
    }

    /// The keys for each purpose, independent of one another (HKDF-SHA256, RFC 5869).
    #[must_use]
    pub fn derive(&self) -> DerivedKeys {
        let source = Hkdf::<Sha256>::new(None, self.0.expose_secret().as_bytes());
        DerivedKeys {
            pepper: expand(&source, "ofektom/v1/pepper"),
            pepper_id: *expand(&source, "ofektom/v1/pepper-id"),
            access_token: expand(&source, "ofektom/v1/access-token"),
            access_token_id: *expand(&source, "ofektom/v1/access-token-id"),
            attempts: expand(&source, "ofektom/v1/attempts"),
            secret_code: expand(&source, "ofektom/v1/secret-code"),
            audit_seal: expand(&source, "ofektom/v1/audit-seal"),
            audit_seal_id: *expand(&source, "ofektom/v1/audit-seal-id"),
            fingerprint: TokenHash(*expand(&source, "ofektom/v1/fingerprint")),
        }
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes; no purpose asks for more than 32")]
fn expand<const N: usize>(source: &Hkdf<Sha256>, purpose: &str) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    source.expand(purpose.as_bytes(), key.as_mut_slice()).expect("the key is short enough");
    key
}

/// The keys for each purpose.
pub struct DerivedKeys {
    /// Argon2's secret parameter.
    pub(crate) pepper: Zeroizing<[u8; 32]>,
    /// Names the pepper in the hashes that are made with it, without telling anything about it.
    pub(crate) pepper_id: [u8; 8],
    /// Signs access tokens.
    pub(crate) access_token: Zeroizing<[u8; 32]>,
    /// Names the key of access tokens without telling anything about it.
    pub(crate) access_token_id: [u8; 6],
    /// Hides phone numbers and addresses in counters of failed attempts.
    attempts: Zeroizing<[u8; 32]>,
    /// Hides reset codes in the store: they are short, so a plain hash would not.
    secret_code: Zeroizing<[u8; 32]>,
    /// Seals the audit trail.
    pub(crate) audit_seal: Zeroizing<[u8; 32]>,
    /// Names the key of seals without telling anything about it.
    pub(crate) audit_seal_id: [u8; 8],
    /// Tells whether a database is used with this secret, without telling anything about it.
    fingerprint: TokenHash,
}

impl DerivedKeys {
    /// The fingerprint of the secret. The secret cannot be told from it.
    #[must_use]
    pub const fn fingerprint(&self) -> TokenHash {
        self.fingerprint
    }

    /// What the key is called where people see it: the `kid` of access tokens. Nothing can be told from it.
    #[must_use]
    pub fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.access_token_id)
    }

    /// What the key is called in the hashes of secrets that are made with it: the text of `keyid` in them.
    #[must_use]
    pub fn pepper_name(&self) -> String {
        STANDARD_NO_PAD.encode(self.pepper_id)
    }

    /// The key under which failed attempts for a phone number are counted.
    #[must_use]
    pub fn phone_key(&self, phone: &PhoneNumber) -> TokenHash {
        keyed(&self.attempts, &[b"phone", phone.as_str().as_bytes()])
    }

    /// The key under which requests of reset codes for a phone number are counted.
    pub(crate) fn codes_key(&self, phone: &PhoneNumber) -> TokenHash {
        keyed(&self.attempts, &[b"codes", phone.as_str().as_bytes()])
    }

    /// What is stored of the reset code of a phone number.
    pub(crate) fn code_hash(&self, phone: &PhoneNumber, code: &str) -> TokenHash {
        keyed(&self.secret_code, &[phone.as_str().as_bytes(), code.as_bytes()])
    }

    /// The key under which failed attempts from an address are counted. Of an IPv6 address the first 64 bits count, for
    /// one subscriber has at least all addresses below them.
    #[must_use]
    pub fn address_key(&self, address: IpAddr) -> TokenHash {
        match address.to_canonical() {
            IpAddr::V4(address) => keyed(&self.attempts, &[b"ipv4", &address.octets()]),
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64;
                keyed(&self.attempts, &[b"ipv6", &network.to_be_bytes()])
            }
        }
    }

    /// The key under which requests of reset codes from an address are counted.
    pub(crate) fn codes_address_key(&self, address: IpAddr) -> TokenHash {
        keyed(&self.attempts, &[b"codes", &self.address_key(address).0])
    }
}

/// HMAC-SHA256 over parts with colons between them. No part but the last may hold a colon.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &Zeroizing<[u8; 32]>, parts: &[&[u8]]) -> TokenHash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any length is good");
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            mac.update(b":");
        }
        mac.update(part);
    }
    TokenHash(mac.finalize().into_bytes().into())
}

impl std::fmt::Debug for DerivedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str) -> DerivedKeys {
        SecretKey::new(secret.into()).unwrap().derive()
    }

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(SecretKey::new("x".repeat(31).into()).unwrap_err(), SecretKeyTooShort { bytes: 31 });
        assert!(SecretKey::new("x".repeat(32).into()).is_ok());
    }

    #[test]
    fn each_purpose_and_each_secret_has_its_own_key() {
        let (first, again, other) = (keys(SECRET), keys(SECRET), keys("another secret that is long enough"));
        assert_eq!(*first.pepper, *again.pepper);
        assert_ne!(*first.pepper, *first.access_token);
        assert_ne!(*first.pepper, *first.attempts);
        assert_ne!(*first.access_token, *first.attempts);
        assert_ne!(*first.pepper, *other.pepper);
        assert_ne!(first.access_token_id, other.access_token_id);
        assert_ne!(first.pepper_id, other.pepper_id);
        assert_eq!(first.name(), again.name());
        assert_ne!(first.name(), other.name());
    }

    #[test]
    fn the_fingerprint_and_codes_depend_on_the_secret() {
        let (first, again, other) = (keys(SECRET), keys(SECRET), keys("another secret that is long enough"));
        assert_eq!(first.fingerprint(), again.fingerprint());
        assert_ne!(first.fingerprint(), other.fingerprint());
        let (phone, someone) = ("08012345678".parse().unwrap(), "08012345679".parse().unwrap());
        assert_eq!(first.code_hash(&phone, "12345678"), again.code_hash(&phone, "12345678"));
        assert_ne!(first.code_hash(&phone, "12345678"), other.code_hash(&phone, "12345678"));
        assert_ne!(first.code_hash(&phone, "12345678"), first.code_hash(&someone, "12345678"));
        assert_ne!(first.phone_key(&phone), first.codes_key(&phone));
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let keys = keys(SECRET);
        let key = |text: &str| keys.address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.1"));
    }

    #[test]
    fn nothing_is_shown() {
        let secret = SecretKey::new(SECRET.into()).unwrap();
        assert!(!format!("{secret:?} {:?}", secret.derive()).contains("0123"));
    }
}

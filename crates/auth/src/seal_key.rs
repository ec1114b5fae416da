//! The key that seals the audit trail.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ofektom_domain::seal::{SealKey, SealKeyId, SealMac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::keys::DerivedKeys;

/// Seals with HMAC-SHA-256 under a key that is derived from the secret key of the installation. `Debug` hides it.
pub struct AuditSealKey {
    id: SealKeyId,
    key: Zeroizing<[u8; 32]>,
}

impl DerivedKeys {
    /// The key that seals the audit trail.
    #[must_use]
    pub fn audit_seal_key(&self) -> AuditSealKey {
        AuditSealKey { id: SealKeyId(self.audit_seal_id), key: self.audit_seal.clone() }
    }
}

impl SealKey for AuditSealKey {
    fn id(&self) -> SealKeyId {
        self.id
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn mac(&self, message: &[u8]) -> SealMac {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).expect("any length is good");
        mac.update(message);
        SealMac(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for AuditSealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditSealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;

    fn key(secret: &str) -> AuditSealKey {
        SecretKey::new(secret.into()).unwrap().derive().audit_seal_key()
    }

    #[test]
    fn hashes_depend_on_the_secret_and_on_the_message() {
        let (first, again, other) = (key(&"a".repeat(32)), key(&"a".repeat(32)), key(&"b".repeat(32)));
        assert_eq!((first.id(), first.mac(b"x")), (again.id(), again.mac(b"x")));
        assert_ne!(first.id(), other.id());
        assert_ne!(first.mac(b"x"), other.mac(b"x"));
        assert_ne!(first.mac(b"x"), first.mac(b"y"));
        assert_eq!(format!("{first:?}"), "AuditSealKey(…)");
    }
}

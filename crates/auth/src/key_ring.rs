//! The keys of an installation while one takes the place of another.
//!
//! One key is present: everything new is made with it. Beside it there may be former keys, whose tokens, hashes and codes still
//! count, and coming ones, which other servers of the installation may be using already.

use ofektom_domain::people::TokenHash;
use ofektom_domain::phone::PhoneNumber;

use crate::keys::{DerivedKeys, SecretKey};
use crate::seal_key::AuditSealKey;

/// The secret keys of an installation.
#[derive(Debug)]
pub struct KeyRing {
    present: SecretKey,
    previous: Vec<SecretKey>,
    next: Vec<SecretKey>,
}

impl KeyRing {
    /// A ring with one key.
    #[must_use]
    pub const fn new(present: SecretKey) -> Self {
        Self { present, previous: Vec::new(), next: Vec::new() }
    }

    /// The same with former keys, the latest first.
    #[must_use]
    pub fn with_previous(self, previous: Vec<SecretKey>) -> Self {
        Self { previous, ..self }
    }

    /// The same with keys that other servers may be using already.
    #[must_use]
    pub fn with_next(self, next: Vec<SecretKey>) -> Self {
        Self { next, ..self }
    }

    /// The keys for each purpose.
    #[must_use]
    pub fn derive(&self) -> DerivedRing {
        let all = |keys: &[SecretKey]| keys.iter().map(SecretKey::derive).collect();
        DerivedRing { present: self.present.derive(), previous: all(&self.previous), next: all(&self.next) }
    }
}

/// The keys for each purpose, of all secret keys. `Debug` hides them.
#[derive(Debug)]
pub struct DerivedRing {
    /// Those that everything new is made with.
    pub present: DerivedKeys,
    /// Those of former secret keys, the latest first.
    pub previous: Vec<DerivedKeys>,
    /// Those of coming secret keys.
    pub next: Vec<DerivedKeys>,
}

impl DerivedRing {
    /// All keys but the present ones.
    pub fn others(&self) -> impl Iterator<Item = &DerivedKeys> {
        self.next.iter().chain(&self.previous)
    }

    /// All keys, the present ones first.
    pub fn all(&self) -> impl Iterator<Item = &DerivedKeys> {
        std::iter::once(&self.present).chain(self.others())
    }

    /// The keys that something without a name is of: the oldest, because since names are given nothing is made without.
    pub(crate) fn oldest(&self) -> &DerivedKeys {
        self.previous.last().unwrap_or(&self.present)
    }

    /// The keys that seal the audit trail: the present one, the former and the coming ones.
    #[must_use]
    pub fn audit_seal_keys(&self) -> (AuditSealKey, Vec<AuditSealKey>, Vec<AuditSealKey>) {
        let all = |keys: &[DerivedKeys]| keys.iter().map(DerivedKeys::audit_seal_key).collect();
        (self.present.audit_seal_key(), all(&self.previous), all(&self.next))
    }

    /// Under which keys failed attempts for a phone number may have been counted besides, by servers that use another key.
    pub(crate) fn phone_keys_others(&self, phone: &PhoneNumber) -> impl Iterator<Item = TokenHash> {
        self.others().map(|keys| keys.phone_key(phone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: &str) -> SecretKey {
        SecretKey::new(letter.repeat(32).into()).unwrap()
    }

    #[test]
    fn what_has_no_name_is_of_the_oldest_key() {
        let alone = KeyRing::new(key("c")).with_next(vec![key("d")]).derive();
        assert_eq!(alone.oldest().name(), key("c").derive().name());
        let ring = KeyRing::new(key("c")).with_previous(vec![key("b"), key("a")]).derive();
        assert_eq!(ring.oldest().name(), key("a").derive().name());
        assert_eq!(ring.all().count(), 3);
    }

    #[test]
    fn nothing_is_shown() {
        let ring = KeyRing::new(key("c")).with_previous(vec![key("b")]);
        let shown = format!("{ring:?} {:?}", ring.derive());
        assert!(!shown.contains("ccc") && !shown.contains("bbb"), "{shown}");
    }
}

//! Changing a secret that is known, and resetting one that is forgotten.

use jiff::Timestamp;
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::{
    CredentialKind, SECRET_CODE_DIGITS, SecretCode, SignInAttempts, User, UserStatus, secret_kind_after,
};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{ResetOutcome, SecretChange, SecretReset, StoreError};
use secrecy::{ExposeSecret, SecretString};

use crate::address_attempts::AddressKey;
use crate::attempts::{Gate, Limits, attempts_failed};
use crate::audit;
use crate::error::{AuthError, AuthResult};
use crate::hasher::Verdict;
use crate::origin::Origin;
use crate::sign_in::SignIn;

impl SignIn {
    /// Replaces the secret of a signed-in person, and ends all his sessions but `kept`; tells how many. A wrong old secret
    /// is a failed attempt like one of signing in, and is refused with them.
    ///
    /// # Errors
    /// [`AuthError::NewSecretRejected`], [`AuthError::OldSecretWrong`], [`AuthError::Locked`], [`AuthError::Overloaded`],
    /// [`AuthError::Store`].
    pub async fn secret_change(
        &self,
        user: &User,
        kept: SessionId,
        (old, new): (SecretString, SecretString),
        origin: &Origin,
    ) -> AuthResult<u64> {
        let credential = secret_kind_after(user.credential, new.expose_secret(), &user.phone)
            .map_err(AuthError::NewSecretRejected)?;
        if new.expose_secret() == old.expose_secret() {
            return Err(AuthError::NewSecretRejected("must differ from the old one"));
        }
        let (key, address_key) = (self.keys.present.phone_key(&user.phone), self.address_key(origin));
        let _turn = self.turns.take(key).await?;
        let _ = self.gates_pass(&user.phone, address_key.as_ref()).await?;
        let stored = self.people.user_by_phone(&user.phone).await?.and_then(|(_, hash)| hash);
        let verdict = self.hasher.secret_verify(old, stored.as_ref()).await?;
        let Some(old) = stored.filter(|_| verdict != Verdict::Mismatch) else {
            self.failure_count(key, address_key.as_ref(), Some(user.id), origin).await?;
            return Err(AuthError::OldSecretWrong);
        };
        let new = self.hasher.secret_hash(new, self.randomness.seed()).await?;
        let now = self.clock.now();
        let audit = audit::secret_changed(&mut self.ids(now), origin, now, user.id);
        let change = SecretChange { user_id: user.id, old, new, credential, kept, key, audit };
        match self.secrets.secret_change(change).await {
            // Another request changed it after it was verified.
            Err(StoreError::NotFound) => Err(AuthError::OldSecretWrong),
            other => Ok(other?),
        }
    }

    /// Makes a reset code for a number, in place of any before, and gives it when it may be sent: when the number has an
    /// active person. For other numbers the same is computed and stored. After too many requests, for the number or from
    /// the address, nothing happens and nothing tells so.
    ///
    /// # Errors
    /// [`AuthError::Overloaded`], [`AuthError::Store`].
    pub async fn secret_code_make(&self, phone: &PhoneNumber, origin: &Origin) -> AuthResult<Option<SecretString>> {
        let now = self.clock.now();
        let key = self.keys.present.phone_key(phone);
        let _turn = self.turns.take(key).await?;
        if !self.codes_gate_pass(phone, origin, now).await? {
            return Ok(None);
        }
        let found = self.people.user_by_phone(phone).await?;
        let person = found.as_ref().filter(|(user, _)| user.status == UserStatus::Active).map(|(user, _)| user.id);
        let code = digits_of(self.randomness.seed());
        let audit = audit::code_requested(&mut self.ids(now), origin, now, person, key);
        let stored = SecretCode::new(key, person, self.keys.present.code_hash(phone, code.expose_secret()), now);
        self.secrets.secret_code_replace(stored, audit).await?;
        Ok(person.map(|_| code))
    }

    /// Sets a new secret by a code, ends all sessions of the person, and forgets his failed attempts. An unknown number, a
    /// wrong code and an old one cost the same and read the same. A rejected code counts as a failure of the address.
    ///
    /// # Errors
    /// [`AuthError::NewSecretRejected`], [`AuthError::CodeRejected`], [`AuthError::Locked`] for the address,
    /// [`AuthError::Overloaded`], [`AuthError::Store`].
    pub async fn secret_reset(
        &self,
        phone: &PhoneNumber,
        (code, new): (SecretString, SecretString),
        origin: &Origin,
    ) -> AuthResult<()> {
        // By the rule for whoever has a PIN; what he has is known once the code is right.
        let credential =
            secret_kind_after(CredentialKind::Pin, new.expose_secret(), phone).map_err(AuthError::NewSecretRejected)?;
        let address_key = self.address_key(origin);
        let _turn = self.turns.take(self.keys.present.phone_key(phone)).await?;
        self.address_gate_pass(address_key.as_ref())?;
        let new = self.hasher.secret_hash(new, self.randomness.seed()).await?;
        let now = self.clock.now();
        let audit = audit::secret_reset(&mut self.ids(now), origin, now);
        let mut outcome = ResetOutcome::Rejected;
        // While a secret key takes the place of another, the code may have been made under either.
        for keys in self.keys.all() {
            let (key, offered) = (keys.phone_key(phone), keys.code_hash(phone, code.expose_secret()));
            let reset = SecretReset { key, offered, new: new.clone(), credential, audit: audit.clone() };
            outcome = self.secrets.secret_reset(reset).await?;
            if !matches!(outcome, ResetOutcome::Rejected) {
                break;
            }
        }
        match outcome {
            ResetOutcome::Done(_) => Ok(()),
            ResetOutcome::PassphraseNeeded => {
                Err(AuthError::NewSecretRejected("must be a passphrase of 10 or more characters"))
            }
            ResetOutcome::Rejected => {
                self.address_failure_count(address_key.as_ref(), origin).await?;
                Err(AuthError::CodeRejected)
            }
        }
    }

    /// Counts a request for a code; whether it is one of those that are served.
    async fn codes_gate_pass(&self, phone: &PhoneNumber, origin: &Origin, now: Timestamp) -> AuthResult<bool> {
        let address = origin.address.map(|address| AddressKey(self.keys.present.codes_address_key(address).0));
        if let Some(address) = &address {
            if self.addresses.gate(address, Limits::CODES_OF_ADDRESS, now) != Gate::Open {
                return Ok(false);
            }
            let _ = self.addresses.fail(address, Limits::CODES_OF_ADDRESS, now);
        }
        let key = self.keys.present.codes_key(phone);
        let lock_audit = audit::codes_locked(&mut self.ids(now), origin, now, key);
        let counted = self.sessions.attempts_fail(key, code_requested, now, lock_audit).await?;
        Ok(counted.failed <= Limits::CODES_OF_PHONE.lock_at)
    }
}

fn code_requested(before: Option<SignInAttempts>, now: Timestamp) -> SignInAttempts {
    attempts_failed(before, Limits::CODES_OF_PHONE, now)
}

/// A code of [`SECRET_CODE_DIGITS`] digits from 128 random bits; no digit is likelier than another by what anybody could
/// notice.
fn digits_of(random: u128) -> SecretString {
    let mut rest = random;
    let digit = |_| {
        let digit = u32::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        char::from_digit(digit, 10).unwrap_or('0')
    };
    (0..SECRET_CODE_DIGITS).map(digit).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_digits() {
        assert_eq!(digits_of(0).expose_secret(), "00000000");
        assert_eq!(digits_of(1_234_567_890).expose_secret(), "09876543");
        assert_eq!(digits_of(u128::MAX).expose_secret().len(), SECRET_CODE_DIGITS);
    }
}

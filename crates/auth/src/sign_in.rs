//! Signing in.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_cache::{Cache, CacheStats};
use ofektom_domain::ids::{IdFactory, UserId};
use ofektom_domain::people::{CredentialKind, TokenHash, User, UserStatus, secret_check};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{Clock, PeopleStore, Randomness, SecretHash, SessionStore};
use secrecy::{ExposeSecret, SecretString};

use crate::access_token::AccessTokens;
use crate::address_attempts::{AddressAttempts, AddressKey};
use crate::attempts::{Gate, attempts_failed, gate};
use crate::audit;
use crate::authenticator::Authenticator;
use crate::error::{AuthError, AuthResult, StartError};
use crate::hasher::{HashConfig, Hasher, HasherStats, Verdict};
use crate::keys::{DerivedKeys, SecretKey};
use crate::origin::Origin;
use crate::turns::Turns;

/// What the service works with.
pub struct SignInParts {
    /// People.
    pub people: Arc<dyn PeopleStore>,
    /// Sign-ins.
    pub sessions: Arc<dyn SessionStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bits.
    pub randomness: Arc<dyn Randomness>,
    /// Counters of failed attempts by address.
    pub address_attempts: Cache<AddressKey>,
}

/// What a person gets by signing in or refreshing. `Debug` hides the tokens.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The access token.
    pub access_token: SecretString,
    /// The refresh token, good for one use.
    pub refresh_token: SecretString,
    /// How long the access token lives, in seconds.
    pub expires_in_seconds: u64,
    /// The person.
    pub user: User,
}

/// Signs people in and out.
pub struct SignIn {
    pub(crate) people: Arc<dyn PeopleStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) tokens: Arc<AccessTokens>,
    keys: DerivedKeys,
    hasher: Hasher,
    addresses: AddressAttempts,
    turns: Turns,
}

impl SignIn {
    /// Starts the service and its hashing threads.
    ///
    /// # Errors
    /// [`StartError`] when the hashing parameters are out of bounds or the machine cannot bear them.
    pub fn start(parts: SignInParts, secret_key: &SecretKey, config: HashConfig) -> Result<Self, StartError> {
        let keys = secret_key.derive();
        Ok(Self {
            hasher: Hasher::start(&keys, config, parts.randomness.as_ref())?,
            tokens: Arc::new(AccessTokens::new(&keys)),
            keys,
            people: parts.people,
            sessions: parts.sessions,
            clock: parts.clock,
            randomness: parts.randomness,
            addresses: AddressAttempts::new(parts.address_attempts),
            turns: Turns::new(),
        })
    }

    /// Recognises people by the access tokens of this service.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        Authenticator::new(Arc::clone(&self.tokens), Arc::clone(&self.sessions), Arc::clone(&self.clock))
    }

    /// How the hasher has served so far.
    #[must_use]
    pub fn hasher_stats(&self) -> HasherStats {
        self.hasher.stats()
    }

    /// How the counters of failed attempts by address have served so far.
    #[must_use]
    pub fn address_attempts_stats(&self) -> CacheStats {
        self.addresses.stats()
    }

    /// The hash of a secret that a person wants to set, if it is acceptable.
    ///
    /// # Errors
    /// [`AuthError::SecretRejected`], [`AuthError::Overloaded`].
    pub async fn secret_hash(&self, kind: CredentialKind, secret: SecretString) -> AuthResult<SecretHash> {
        secret_check(kind, secret.expose_secret()).map_err(AuthError::SecretRejected)?;
        self.hasher.secret_hash(secret, self.randomness.seed()).await
    }

    /// Signs a person in. An unknown number, a wrong secret, and a person who may not sign in cost the same and read the
    /// same. While the number or the address is delayed or locked, the right secret is refused too.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::Locked`], [`AuthError::Overloaded`], [`AuthError::Store`].
    pub async fn login(&self, phone: &PhoneNumber, secret: SecretString, origin: &Origin) -> AuthResult<Grant> {
        let phone_key = self.keys.phone_key(phone);
        let address_key = origin.address.map(|address| AddressKey(self.keys.address_key(address).0));
        let _turn = self.turns.take(phone_key).await?;
        self.gates_pass(phone_key, address_key.as_ref()).await?;
        let found = self.people.user_by_phone(phone).await?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_ref());
        let verdict = self.hasher.secret_verify(secret.clone(), stored).await?;
        let person = found.as_ref().map(|(user, _)| user.id);
        match (found, verdict) {
            (Some((user, Some(old))), Verdict::Match | Verdict::MatchOutdated) if user.status == UserStatus::Active => {
                if verdict == Verdict::MatchOutdated {
                    self.rehash(&user, secret, old).await;
                }
                self.session_open(user, phone_key, origin).await
            }
            _ => {
                self.failure_count(phone_key, address_key.as_ref(), person, origin).await?;
                Err(AuthError::InvalidCredentials)
            }
        }
    }

    /// Refuses while the address or the number is delayed or locked.
    async fn gates_pass(&self, phone_key: TokenHash, address_key: Option<&AddressKey>) -> AuthResult<()> {
        let now = self.clock.now();
        let open = |gate: Gate| match gate.retry_after_seconds(now) {
            None => Ok(()),
            Some(retry_after_seconds) => Err(AuthError::Locked { retry_after_seconds }),
        };
        if let Some(key) = address_key {
            open(self.addresses.gate(key, now))?;
        }
        open(gate(self.sessions.attempts_read(phone_key).await?, now))
    }

    async fn failure_count(
        &self,
        phone_key: TokenHash,
        address_key: Option<&AddressKey>,
        person: Option<UserId>,
        origin: &Origin,
    ) -> AuthResult<()> {
        let now = self.clock.now();
        if address_key.is_some_and(|key| self.addresses.fail(key, now)) {
            tracing::warn!(request.id = origin.request_id.as_deref(), "an address is locked: too many sign-ins failed");
            let audit = audit::address_locked(&mut self.ids(now), origin, now);
            self.sessions.address_lock_audit(audit).await?;
        }
        let lock_audit = audit::locked(&mut self.ids(now), origin, now, person, phone_key);
        let after = self.sessions.attempts_fail(phone_key, attempts_failed, now, lock_audit).await?;
        if after.locked_until.is_some() {
            tracing::warn!(
                request.id = origin.request_id.as_deref(),
                "a phone number is locked: too many sign-ins failed"
            );
        }
        Ok(())
    }

    /// Replaces a hash of older parameters. The sign-in does not depend on it: the next one tries again.
    async fn rehash(&self, user: &User, secret: SecretString, old: SecretHash) {
        let done = match self.hasher.secret_hash(secret, self.randomness.seed()).await {
            Ok(new) => self.people.user_rehash(user.id, old, new).await.map_err(AuthError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::warn!(user.id = %user.id, error = %error, "a secret could not be hashed with the newer parameters");
        }
    }

    pub(crate) fn ids(&self, now: Timestamp) -> IdFactory {
        IdFactory::new(now, self.randomness.seed())
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("hasher", &self.hasher).finish_non_exhaustive()
    }
}

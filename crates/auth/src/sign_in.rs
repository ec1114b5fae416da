//! Signing in.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_cache::{Caches, LocalCache, LocalCacheStats, Mode};
use ofektom_domain::ids::{IdFactory, UserId};
use ofektom_domain::people::{CredentialKind, SignInAttempts, Suspicion, TokenHash, User, UserStatus, secret_check};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{Clock, PeopleStore, Randomness, SecretHash, SecretStore, SessionStore};
use secrecy::{ExposeSecret, SecretString};

use crate::access_token::AccessTokens;
use crate::address_attempts::{AddressAttempts, AddressKey};
use crate::attempts::{Gate, Limits, attempts_failed, gate};
use crate::audit;
use crate::error::{AuthError, AuthResult, StartError};
use crate::hasher::{HashConfig, Hasher, HasherStats, Verdict};
use crate::identity::{Authenticator, Levels, VerifiedTokens};
use crate::key_ring::{DerivedRing, KeyRing};
use crate::lockouts::{LockoutStats, Lockouts};
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
    /// Secrets and reset codes.
    pub secrets: Arc<dyn SecretStore>,
    /// Counters of attempts by address.
    pub address_attempts: LocalCache<AddressKey>,
    /// How many sign-ins may fail from one address.
    pub address_limits: Limits,
    /// Where copies of sessions, people and memberships are kept.
    pub caches: Caches,
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
    /// Why the person should hear of this sign-in, if he should.
    pub suspicion: Option<Suspicion>,
}

/// Signs people in and out.
pub struct SignIn {
    pub(crate) people: Arc<dyn PeopleStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) secrets: Arc<dyn SecretStore>,
    pub(crate) keys: DerivedRing,
    pub(crate) hasher: Hasher,
    pub(crate) addresses: AddressAttempts,
    pub(crate) turns: Turns,
    address_limits: Limits,
    lockouts: Lockouts,
    authenticator: Authenticator,
}

impl SignIn {
    /// Starts the service and its hashing threads.
    ///
    /// # Errors
    /// [`StartError`] when the hashing parameters are out of bounds or the machine cannot bear them.
    pub fn start(parts: SignInParts, ring: &KeyRing, config: HashConfig) -> Result<Self, StartError> {
        let keys = ring.derive();
        let tokens = Arc::new(AccessTokens::of_ring(&keys));
        let verified = VerifiedTokens::new(Arc::clone(&tokens), parts.caches.mode() != Mode::Off);
        let authenticator = Authenticator::new(
            Arc::new(verified),
            Levels::new(&parts.caches),
            Arc::clone(&parts.sessions),
            Arc::clone(&parts.clock),
        );
        Ok(Self {
            hasher: Hasher::start(&keys, config, parts.randomness.as_ref())?,
            tokens,
            authenticator,
            keys,
            people: parts.people,
            sessions: parts.sessions,
            clock: parts.clock,
            randomness: parts.randomness,
            secrets: parts.secrets,
            addresses: AddressAttempts::new(parts.address_attempts),
            address_limits: parts.address_limits,
            lockouts: Lockouts::default(),
            turns: Turns::new(),
        })
    }

    /// Recognises people by the access tokens of this service.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        self.authenticator.clone()
    }

    /// How the hasher has served so far.
    #[must_use]
    pub fn hasher_stats(&self) -> HasherStats {
        self.hasher.stats()
    }

    /// How the counters of failed attempts by address have served so far.
    #[must_use]
    pub fn address_attempts_stats(&self) -> LocalCacheStats {
        self.addresses.stats()
    }

    /// How often somebody was kept from signing in so far.
    #[must_use]
    pub fn lockout_stats(&self) -> LockoutStats {
        self.lockouts.stats()
    }

    /// The hash of a secret that the person with `phone` wants to set, if it is acceptable.
    ///
    /// # Errors
    /// [`AuthError::SecretRejected`], [`AuthError::Overloaded`].
    pub async fn secret_hash(
        &self,
        kind: CredentialKind,
        secret: SecretString,
        phone: &PhoneNumber,
    ) -> AuthResult<SecretHash> {
        secret_check(kind, secret.expose_secret(), phone).map_err(AuthError::SecretRejected)?;
        self.hasher.secret_hash(secret, self.randomness.seed()).await
    }

    /// Signs a person in. An unknown number, a wrong secret, and a person without a secret cost the same and read the same;
    /// whoever is suspended learns so by his right secret only. While the number or the address is delayed or locked, the
    /// right secret is refused too.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::Suspended`], [`AuthError::Locked`], [`AuthError::Overloaded`],
    /// [`AuthError::Store`].
    pub async fn login(&self, phone: &PhoneNumber, secret: SecretString, origin: &Origin) -> AuthResult<Grant> {
        let phone_key = self.keys.present.phone_key(phone);
        let address_key = self.address_key(origin);
        let _turn = self.turns.take(phone_key).await?;
        // Read at the same time, as neither needs the other; whoever is kept out learns nothing of the person.
        let find = async { Ok(self.people.user_by_phone(phone).await?) };
        let (failed_before, found) = tokio::try_join!(self.gates_pass(phone, address_key.as_ref()), find)?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_ref());
        let verdict = self.hasher.secret_verify(secret.clone(), stored).await?;
        let person = found.as_ref().map(|(user, _)| user.id);
        let right = matches!(verdict, Verdict::Match | Verdict::MatchOutdated);
        match found {
            Some((user, Some(old))) if right && user.status == UserStatus::Active => {
                if verdict == Verdict::MatchOutdated {
                    self.rehash(&user, secret, old).await;
                }
                self.session_open(user, (phone_key, failed_before), origin).await
            }
            Some((user, Some(_))) if right && user.status == UserStatus::Suspended => Err(AuthError::Suspended),
            _ => {
                self.failure_count(phone_key, address_key.as_ref(), person, origin).await?;
                Err(AuthError::InvalidCredentials)
            }
        }
    }

    pub(crate) fn address_key(&self, origin: &Origin) -> Option<AddressKey> {
        origin.address.map(|address| AddressKey(self.keys.present.address_key(address).0))
    }

    /// Refuses while the address or the number is delayed or locked; tells how many attempts with the number failed since
    /// its last success. While a secret key takes the place of another, a lock under either holds.
    pub(crate) async fn gates_pass(&self, phone: &PhoneNumber, address_key: Option<&AddressKey>) -> AuthResult<u32> {
        self.address_gate_pass(address_key)?;
        let attempts = self.sessions.attempts_read(self.keys.present.phone_key(phone)).await?;
        let now = self.clock.now();
        self.pass(gate(attempts, Limits::PHONE, now), now)?;
        for other in self.keys.phone_keys_others(phone) {
            self.pass(gate(self.sessions.attempts_read(other).await?, Limits::PHONE, now), now)?;
        }
        Ok(attempts.map_or(0, |attempts| attempts.failed))
    }

    /// Refuses while the address is delayed or locked.
    pub(crate) fn address_gate_pass(&self, address_key: Option<&AddressKey>) -> AuthResult<()> {
        let now = self.clock.now();
        address_key.map_or(Ok(()), |key| self.pass(self.addresses.gate(key, self.address_limits, now), now))
    }

    fn pass(&self, gate: Gate, now: Timestamp) -> AuthResult<()> {
        let Some(retry_after_seconds) = gate.retry_after_seconds(now) else { return Ok(()) };
        self.lockouts.held_up();
        Err(AuthError::Locked { retry_after_seconds })
    }

    /// Counts a failure of the address.
    pub(crate) async fn address_failure_count(
        &self,
        address_key: Option<&AddressKey>,
        origin: &Origin,
    ) -> AuthResult<()> {
        let now = self.clock.now();
        if address_key.is_some_and(|key| self.addresses.fail(key, self.address_limits, now)) {
            self.lockouts.address_locked();
            tracing::warn!(request.id = origin.request_id.as_deref(), "an address is locked: too many sign-ins failed");
            let audit = audit::address_locked(&mut self.ids(now), origin, now);
            self.sessions.address_lock_audit(audit).await?;
        }
        Ok(())
    }

    /// Counts a failure of the number and of the address.
    pub(crate) async fn failure_count(
        &self,
        phone_key: TokenHash,
        address_key: Option<&AddressKey>,
        person: Option<UserId>,
        origin: &Origin,
    ) -> AuthResult<()> {
        self.address_failure_count(address_key, origin).await?;
        let now = self.clock.now();
        let lock_audit = audit::locked(&mut self.ids(now), origin, now, person, phone_key);
        let after = self.sessions.attempts_fail(phone_key, phone_failed, now, lock_audit).await?;
        if after.locked_until.is_some() {
            self.lockouts.phone_locked();
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

fn phone_failed(before: Option<SignInAttempts>, now: Timestamp) -> SignInAttempts {
    attempts_failed(before, Limits::PHONE, now)
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("hasher", &self.hasher).finish_non_exhaustive()
    }
}

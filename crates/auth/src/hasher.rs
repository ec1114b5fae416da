//! Hashing and verifying secrets: Argon2id with a pepper, on a bounded pool.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use argon2::password_hash::phc::PasswordHash;
use ofektom_domain::ports::{Randomness, SecretHash};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{AuthError, AuthResult, StartError};
use crate::hash_kernel::{Kernel, Stored};
use crate::hash_params::HashParams;
use crate::hash_pool::{Blocks, HashPool};
use crate::key_ring::DerivedRing;

/// How many hashings may wait for each thread when nothing else is configured: about two seconds of work.
const WAITING_PER_THREAD: usize = 128;

/// How secrets are hashed.
#[derive(Clone, Copy, Debug)]
pub struct HashConfig {
    /// The cost of one hashing.
    pub params: HashParams,
    /// Threads that hash; as many as there are cores by default.
    pub threads: NonZeroUsize,
    /// Hashings that may wait for a thread. One more is refused as [`AuthError::Overloaded`].
    pub waiting_max: usize,
}

impl Default for HashConfig {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { params: HashParams::default(), threads, waiting_max: threads.get().saturating_mul(WAITING_PER_THREAD) }
    }
}

/// What became of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The secret is right.
    Match,
    /// The secret is right; its hash was made with other parameters or under a former secret key, and should be replaced.
    MatchOutdated,
    /// The secret is wrong, or there is no hash to compare it with.
    Mismatch,
}

/// How the hasher has served so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HasherStats {
    /// Argon2 computations so far.
    pub hashings_total: u64,
    /// Computations refused because the queue was full.
    pub refused_total: u64,
    /// Computations that wait for a thread now.
    pub waiting: usize,
    /// How many may wait.
    pub waiting_max: usize,
}

/// Hashes and verifies secrets. A hash is a PHC string; the pepper is in none of it.
pub struct Hasher {
    kernel: Arc<Kernel>,
    pool: HashPool,
    /// Compared with when there is no hash, so that this costs the same.
    dummy: PasswordHash,
    refused: AtomicU64,
}

impl Hasher {
    /// Starts the threads and makes one hash, which takes as long as a sign-in.
    ///
    /// # Errors
    /// [`StartError`] when the parameters are out of bounds or the machine cannot bear them.
    pub fn start(ring: &DerivedRing, config: HashConfig, randomness: &dyn Randomness) -> Result<Self, StartError> {
        let kernel = Arc::new(Kernel::new(ring, config.params.checked()?)?);
        let salt = randomness.seed().to_le_bytes();
        let dummy = kernel.hash(&randomness.token(), salt, &mut Blocks::new()).map_err(|_| StartError::Hashing)?;
        let pool = HashPool::start(config.threads, config.waiting_max).map_err(StartError::Threads)?;
        Ok(Self { kernel, pool, dummy, refused: AtomicU64::new(0) })
    }

    /// The hash of a secret, under 16 bytes of salt that were never used before.
    ///
    /// # Errors
    /// [`AuthError::Overloaded`] when too many wait.
    pub async fn secret_hash(&self, secret: SecretString, salt: u128) -> AuthResult<SecretHash> {
        let kernel = Arc::clone(&self.kernel);
        let work = move |blocks: &mut Blocks| {
            kernel.hash(secret.expose_secret().as_bytes(), salt.to_le_bytes(), blocks).map(|hash| hash.to_string())
        };
        self.run(work).await?.map(SecretHash)
    }

    /// Compares a secret with a stored hash. Without a hash, or with one that cannot be read, as much is computed as for
    /// a new hash, and the answer is [`Verdict::Mismatch`].
    ///
    /// # Errors
    /// [`AuthError::Overloaded`] when too many wait.
    pub async fn secret_verify(&self, secret: SecretString, stored: Option<&SecretHash>) -> AuthResult<Verdict> {
        let parsed = stored.and_then(|hash| {
            let parsed = Stored::parse(hash);
            if parsed.is_none() {
                tracing::error!("a stored secret hash cannot be read");
            }
            parsed.filter(|stored| {
                let known = self.kernel.knows(stored);
                if !known {
                    tracing::warn!("a stored secret hash is of a secret key that is not given: it fits no secret");
                }
                known
            })
        });
        let is_real = parsed.is_some();
        let against = match parsed.or_else(|| Stored::of(&self.dummy)) {
            Some(against) => against,
            None => return Err(AuthError::Internal("the dummy hash cannot be read")),
        };
        let kernel = Arc::clone(&self.kernel);
        let outdated = kernel.is_outdated(&against);
        let work = move |blocks: &mut Blocks| kernel.matches(secret.expose_secret().as_bytes(), &against, blocks);
        let equal = self.run(work).await??;
        Ok(match (is_real && equal, outdated) {
            (true, false) => Verdict::Match,
            (true, true) => Verdict::MatchOutdated,
            (false, _) => Verdict::Mismatch,
        })
    }

    /// How it has served so far.
    #[must_use]
    pub fn stats(&self) -> HasherStats {
        HasherStats {
            hashings_total: self.kernel.hashings_total(),
            refused_total: self.refused.load(Relaxed),
            waiting: self.pool.waiting(),
            waiting_max: self.pool.waiting_max(),
        }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Blocks) -> T + Send + 'static) -> AuthResult<T> {
        let done = self.pool.run(work).await;
        if matches!(done, Err(AuthError::Overloaded)) {
            self.refused.fetch_add(1, Relaxed);
        }
        done
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use argon2::Argon2;

    use super::*;
    use crate::key_ring::KeyRing;
    use crate::keys::SecretKey;
    use crate::randomness::OsRandomness;

    fn key(secret_key: &str) -> SecretKey {
        SecretKey::new(secret_key.repeat(32).into()).unwrap()
    }

    fn hasher_of(ring: KeyRing, params: HashParams) -> Hasher {
        let config = HashConfig { params, threads: NonZeroUsize::MIN, waiting_max: 4 };
        Hasher::start(&ring.derive(), config, &OsRandomness).unwrap()
    }

    fn hasher_with(secret_key: &str, params: HashParams) -> Hasher {
        hasher_of(KeyRing::new(key(secret_key)), params)
    }

    fn hasher(secret_key: &str) -> Hasher {
        hasher_with(secret_key, HashParams::default())
    }

    #[tokio::test]
    async fn the_right_secret_matches_and_no_other() {
        let hasher = hasher("k");
        let hash = hasher.secret_hash("274951".into(), OsRandomness.seed()).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{}", hash.0);
        assert_eq!(hasher.secret_verify("274951".into(), Some(&hash)).await.unwrap(), Verdict::Match);
        for secret in ["274952", "", "2749511", "27495"] {
            let verdict = hasher.secret_verify(secret.into(), Some(&hash)).await.unwrap();
            assert_eq!(verdict, Verdict::Mismatch, "{secret}");
        }
        let again = hasher.secret_hash("274951".into(), OsRandomness.seed()).await.unwrap();
        assert_ne!(hash, again, "the salt makes equal secrets look different");
    }

    #[tokio::test]
    async fn the_pepper_matters() {
        let hash = hasher("k").secret_hash("274951".into(), 7).await.unwrap();
        assert_eq!(hasher("z").secret_verify("274951".into(), Some(&hash)).await.unwrap(), Verdict::Mismatch);
        assert_eq!(hasher("k").secret_verify("274951".into(), Some(&hash)).await.unwrap(), Verdict::Match);
        let plain = Argon2::default();
        let parsed = PasswordHash::new(&hash.0).unwrap();
        assert!(argon2::PasswordVerifier::verify_password(&plain, b"274951", &parsed).is_err());
    }

    #[tokio::test]
    async fn an_unknown_person_costs_a_hashing_too() {
        let hasher = hasher("k");
        let hash = hasher.secret_hash("274951".into(), 7).await.unwrap();
        let unreadable = SecretHash("$argon2id$v=19$m=19456,t=2,p=1$".to_owned());
        for stored in [Some(&hash), None, Some(&unreadable)] {
            let before = hasher.stats().hashings_total;
            let verdict = hasher.secret_verify("900817".into(), stored).await.unwrap();
            assert_eq!(verdict, Verdict::Mismatch);
            assert_eq!(hasher.stats().hashings_total, before + 1);
        }
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_matches_and_is_outdated() {
        let hash = hasher("k").secret_hash("274951".into(), 7).await.unwrap();
        let stronger = hasher_with("k", HashParams { passes: 3, ..HashParams::default() });
        assert_eq!(stronger.secret_verify("274951".into(), Some(&hash)).await.unwrap(), Verdict::MatchOutdated);
        assert_eq!(stronger.secret_verify("274952".into(), Some(&hash)).await.unwrap(), Verdict::Mismatch);
        let newer = stronger.secret_hash("274951".into(), 8).await.unwrap();
        assert_eq!(stronger.secret_verify("274951".into(), Some(&newer)).await.unwrap(), Verdict::Match);
    }

    /// The verdict on the right secret, after a wrong one was told apart.
    async fn verdict(hasher: &Hasher, hash: &SecretHash) -> Verdict {
        let wrong = hasher.secret_verify("274952".into(), Some(hash)).await.unwrap();
        assert_eq!(wrong, Verdict::Mismatch);
        hasher.secret_verify("274951".into(), Some(hash)).await.unwrap()
    }

    #[tokio::test]
    async fn a_hash_of_a_former_key_matches_and_is_outdated() {
        let params = HashParams::default();
        let former = hasher("j").secret_hash("274951".into(), 7).await.unwrap();
        let rotated = hasher_of(KeyRing::new(key("k")).with_previous(vec![key("j"), key("i")]), params);
        assert_eq!(verdict(&rotated, &former).await, Verdict::MatchOutdated);
        let anew = rotated.secret_hash("274951".into(), 8).await.unwrap();
        assert_eq!(verdict(&rotated, &anew).await, Verdict::Match);
        assert_eq!(verdict(&hasher("k"), &anew).await, Verdict::Match);
        // A server that does not use the new key yet leaves what others made anew.
        let waiting = hasher_of(KeyRing::new(key("j")).with_next(vec![key("k")]), params);
        assert_eq!(verdict(&waiting, &anew).await, Verdict::Match);
        assert_eq!(verdict(&waiting, &former).await, Verdict::Match);
        // The former key is gone: the hash fits nothing, at the price of one computation.
        let done = hasher("k");
        let before = done.stats().hashings_total;
        assert_eq!(verdict(&done, &former).await, Verdict::Mismatch);
        assert_eq!(done.stats().hashings_total, before + 2);
    }

    #[tokio::test]
    async fn a_hash_without_a_name_is_of_the_oldest_key() {
        let named = hasher("i").secret_hash("274951".into(), 7).await.unwrap();
        let (start, rest) = named.0.split_once(",keyid=").unwrap();
        let hash = SecretHash(format!("{start}${}", rest.split_once('$').unwrap().1));
        assert_eq!(verdict(&hasher("i"), &hash).await, Verdict::MatchOutdated, "it gets a name");
        let rotated = hasher_of(KeyRing::new(key("k")).with_previous(vec![key("j"), key("i")]), HashParams::default());
        assert_eq!(verdict(&rotated, &hash).await, Verdict::MatchOutdated);
        assert_eq!(verdict(&hasher("k"), &hash).await, Verdict::Mismatch);
    }

    #[tokio::test]
    async fn a_stored_hash_cannot_demand_more_than_may_be_configured() {
        let hash = hasher("k").secret_hash("274951".into(), 7).await.unwrap();
        for (from, to) in [("m=19456", "m=4194304"), ("t=2", "t=4000000"), ("argon2id", "argon2d"), ("v=19", "v=16")] {
            let changed = SecretHash(hash.0.replacen(from, to, 1));
            assert_ne!(changed, hash);
            assert!(Stored::parse(&changed).is_none(), "{to}");
        }
    }

    #[tokio::test]
    async fn too_many_at_once_are_refused_and_counted() {
        let hasher = Arc::new(hasher("k"));
        let asked: Vec<_> = (0..40)
            .map(|salt| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.secret_hash("274951".into(), salt).await })
            })
            .collect();
        let mut refused = 0;
        for answer in asked {
            match answer.await.unwrap() {
                Ok(_) => {}
                Err(AuthError::Overloaded) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(refused > 0, "one thread and four places cannot take forty at once");
        assert_eq!(hasher.stats().refused_total, refused);
    }
}

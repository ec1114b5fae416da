//! The computation: Argon2id with the pepper as its secret parameter, to and from PHC strings.
//!
//! A hash names its pepper (`keyid`), so that hashes of a former secret key can be verified until they are replaced.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ofektom_domain::ports::SecretHash;
use zeroize::Zeroizing;

use crate::error::{AuthError, AuthResult};
use crate::hash_params::{HashParams, InvalidHashParams};
use crate::hash_pool::Blocks;
use crate::key_ring::DerivedRing;
use crate::keys::DerivedKeys;

/// Bytes of a stored hash.
const OUTPUT_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;

/// A stored hash, taken apart.
pub(crate) struct Stored {
    params: Params,
    pepper: PepperName,
    salt: Salt,
    output: Output,
}

impl Stored {
    pub(crate) fn parse(hash: &SecretHash) -> Option<Self> {
        Self::of(&PasswordHash::new(&hash.0).ok()?)
    }

    /// The parts of an Argon2id hash of version 1.3 that costs no more than may be configured.
    pub(crate) fn of(hash: &PasswordHash) -> Option<Self> {
        let params = Params::try_from(hash).ok()?;
        let known = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && HashParams::of(&params).is_affordable();
        let (salt, output) = (hash.salt?, hash.hash?);
        let pepper = params.keyid().to_vec();
        (known && output.len() == OUTPUT_BYTES).then_some(Self { params, pepper, salt, output })
    }
}

/// What a hash calls its pepper; empty in hashes of before peppers had names.
type PepperName = Vec<u8>;

/// A pepper under its name.
struct Pepper {
    name: PepperName,
    bytes: Zeroizing<[u8; 32]>,
    /// Whether hashes made with it should be replaced.
    is_former: bool,
}

impl Pepper {
    fn of(keys: &DerivedKeys, is_former: bool) -> Self {
        Self { name: keys.pepper_id.to_vec(), bytes: keys.pepper.clone(), is_former }
    }
}

/// The computation itself.
pub(crate) struct Kernel {
    pepper: Pepper,
    others: Vec<Pepper>,
    params: Params,
    hashings: AtomicU64,
}

impl Kernel {
    /// Hashes with the present pepper of a ring, and verifies with all of them.
    ///
    /// # Errors
    /// [`InvalidHashParams`] when the library does not take the parameters.
    pub(crate) fn new(ring: &DerivedRing, params: HashParams) -> Result<Self, InvalidHashParams> {
        let nameless = Pepper { name: Vec::new(), ..Pepper::of(ring.oldest(), true) };
        let former = ring.previous.iter().map(|keys| Pepper::of(keys, true));
        let coming = ring.next.iter().map(|keys| Pepper::of(keys, false));
        Ok(Self {
            pepper: Pepper::of(&ring.present, false),
            others: coming.chain(former).chain([nameless]).collect(),
            params: params.named(&ring.present.pepper_id)?,
            hashings: AtomicU64::new(0),
        })
    }

    /// Whether the pepper of a stored hash is at hand.
    pub(crate) fn knows(&self, stored: &Stored) -> bool {
        self.pepper_of(stored).is_some()
    }

    fn pepper_of(&self, stored: &Stored) -> Option<&Pepper> {
        std::iter::once(&self.pepper).chain(&self.others).find(|pepper| pepper.name == stored.pepper)
    }

    /// How many computations were made.
    pub(crate) fn hashings_total(&self) -> u64 {
        self.hashings.load(Ordering::Relaxed)
    }

    /// Whether a stored hash was made with other parameters than these, or with a pepper that is going. A pepper that is coming is
    /// none: another server made the hash anew already.
    pub(crate) fn is_outdated(&self, stored: &Stored) -> bool {
        HashParams::of(&stored.params) != HashParams::of(&self.params)
            || self.pepper_of(stored).is_none_or(|pepper| pepper.is_former)
    }

    /// The hash of a secret under a salt.
    pub(crate) fn hash(&self, secret: &[u8], salt: [u8; 16], blocks: &mut Blocks) -> AuthResult<PasswordHash> {
        let output = self.compute((secret, &salt), (&self.pepper, &self.params), blocks)?;
        let unusable = |_| AuthError::Internal("a hash could not be written");
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(unusable)?,
            salt: Some(Salt::new(&salt).map_err(|_| AuthError::Internal("a salt could not be written"))?),
            hash: Some(output),
        })
    }

    /// Whether a secret is the one of a stored hash. Compares in constant time: that is how `Output` compares.
    pub(crate) fn matches(&self, secret: &[u8], stored: &Stored, blocks: &mut Blocks) -> AuthResult<bool> {
        let pepper = self.pepper_of(stored).unwrap_or(&self.pepper);
        Ok(self.compute((secret, &stored.salt), (pepper, &stored.params), blocks)? == stored.output)
    }

    fn compute(
        &self,
        (secret, salt): (&[u8], &[u8]),
        (pepper, params): (&Pepper, &Params),
        blocks: &mut Blocks,
    ) -> AuthResult<Output> {
        self.hashings.fetch_add(1, Ordering::Relaxed);
        let failed = |_| AuthError::Internal("a hashing failed");
        let argon2 =
            Argon2::new_with_secret(pepper.bytes.as_slice(), Algorithm::Argon2id, Version::V0x13, params.clone())
                .map_err(failed)?;
        let needed = params.block_count();
        if blocks.len() < needed {
            blocks.try_reserve_exact(needed - blocks.len()).map_err(|_| AuthError::Overloaded)?;
            blocks.resize(needed, Block::new());
        }
        let mut output = [0; OUTPUT_BYTES];
        argon2.hash_password_into_with_memory(secret, salt, &mut output, blocks.as_mut_slice()).map_err(failed)?;
        Output::new(&output).map_err(|_| AuthError::Internal("a hash could not be written"))
    }
}

#![doc = include_str!("../README.md")]

mod access_token;
mod address_attempts;
mod attempts;
mod audit;
mod error;
mod hash_kernel;
mod hash_params;
mod hash_pool;
mod hasher;
mod identity;
mod key_ring;
mod keys;
mod lockouts;
mod opaque_token;
mod origin;
mod randomness;
mod seal_key;
mod secrets;
mod sessions;
mod sign_in;
mod turns;

pub use access_token::{ACCESS_TOKEN_SECONDS, AccessClaims, AccessTokens};
pub use address_attempts::AddressKey;
pub use attempts::{Gate, Limits, attempts_failed, gate};
pub use error::{AuthError, AuthResult, StartError};
pub use hash_params::{HashParams, InvalidHashParams};
pub use hasher::{HashConfig, Hasher, HasherStats, Verdict};
pub use identity::{
    Authenticator, Identity, MembershipsKey, SessionKey, SessionLife, UserKey, VerifiedStats, session_tag, user_tag,
};
pub use key_ring::{DerivedRing, KeyRing};
pub use keys::{DerivedKeys, SECRET_KEY_BYTES_MIN, SecretKey, SecretKeyTooShort};
pub use lockouts::LockoutStats;
pub use opaque_token::{OpaqueToken, token_hash};
pub use origin::Origin;
pub use randomness::OsRandomness;
pub use seal_key::AuditSealKey;
pub use sessions::SESSION_DAYS;
pub use sign_in::{Grant, SignIn, SignInParts};

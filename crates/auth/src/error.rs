//! Why signing in, a token or a hashing had no effect.

use ofektom_domain::ports::StoreError;

use crate::hash_params::InvalidHashParams;

/// The result of this crate's verbs.
pub type AuthResult<T> = Result<T, AuthError>;

/// Why a verb had no effect.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The phone number and the secret do not fit, or the person may not sign in: which of them is not told.
    #[error("the phone number or the secret is wrong")]
    InvalidCredentials,
    /// Too many attempts failed, for the phone number or for the client's address.
    #[error("too many attempts failed; try again in {retry_after_seconds} seconds")]
    Locked {
        /// When to try again, from now; at least 1.
        retry_after_seconds: u64,
    },
    /// The token is malformed, forged, too old or unknown.
    #[error("the token is not valid")]
    InvalidToken,
    /// The token is genuine, but its session has ended, or the person may not sign in any more.
    #[error("the session has ended")]
    SessionEnded,
    /// The secret that a person wants to set is not acceptable.
    #[error("the secret {0}")]
    SecretRejected(&'static str),
    /// The secret that is to take the place of another is not acceptable.
    #[error("the new secret {0}")]
    NewSecretRejected(&'static str),
    /// The secret that a signed-in person gave as his own is not his.
    #[error("the old secret is wrong")]
    OldSecretWrong,
    /// There is no such reset code for the number, or it is too old, or was tried too often: which of them is not told.
    #[error("the code is wrong, used up or too old")]
    CodeRejected,
    /// Phone number and secret are right, but the platform has stopped the person.
    #[error("the account is suspended")]
    Suspended,
    /// Too many hashings are waiting. Try again in a few seconds.
    #[error("too much work is waiting")]
    Overloaded,
    /// A store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A defect of this crate or lack of memory.
    #[error("{0}")]
    Internal(&'static str),
}

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The parameters of Argon2 are out of bounds.
    #[error(transparent)]
    HashParams(#[from] InvalidHashParams),
    /// A hashing thread could not be started.
    #[error("a hashing thread could not be started")]
    Threads(#[source] std::io::Error),
    /// The first hashing failed: there is not enough memory for the parameters.
    #[error("a trial hashing failed; is there memory for it?")]
    Hashing,
}

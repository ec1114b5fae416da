//! Why a use-case had no effect.

use ofektom_auth::AuthError;
use ofektom_domain::ports::StoreError;
use ofektom_domain::refusal::Refusal;

/// The result of a use-case.
pub type AppResult<T> = Result<T, AppError>;

/// Why a use-case had no effect.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The caller's role may not do this.
    #[error("the role may not do this")]
    Forbidden,
    /// The verb needs a passphrase; the person has a PIN.
    #[error("this needs an account with a passphrase")]
    PassphraseRequired,
    /// The business does not trade: reading only.
    #[error("the business is not active")]
    BusinessNotActive,
    /// The phone number has an account: the person joins by himself.
    #[error("the person has an account already: ask him to join with the business's code")]
    PersonExists,
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Signing in or the token failed.
    #[error(transparent)]
    Auth(AuthError),
    /// A store failed or refused.
    #[error(transparent)]
    Store(StoreError),
}

impl From<AuthError> for AppError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => error.into(),
            other => Self::Auth(other),
        }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Refused(refusal) => Self::Refused(refusal),
            StoreError::Conflict(_)
            | StoreError::IdempotencyReused
            | StoreError::IdempotencyInProgress
            | StoreError::Unavailable(_)
            | StoreError::Overloaded
            | StoreError::Internal(_) => Self::Store(error),
        }
    }
}

//! The failure of a read that several wait for.

use ofektom_domain::ports::StoreError;
use ofektom_domain::refusal::Refusal;

/// Why a read failed, for each of those who waited for it.
#[derive(Clone, Debug)]
pub(super) enum SharedError {
    /// The rules refuse it.
    Refused(Refusal),
    /// There is no such thing.
    NotFound,
    /// Too much work is waiting.
    Overloaded,
    /// The database does not answer.
    Unavailable(String),
    /// Something else.
    Other(String),
}

impl From<StoreError> for SharedError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            StoreError::NotFound => Self::NotFound,
            StoreError::Overloaded => Self::Overloaded,
            StoreError::Unavailable(cause) => {
                Self::Unavailable(cause.map_or_else(String::new, |cause| cause.to_string()))
            }
            error => Self::Other(format!("{error:?}")),
        }
    }
}

impl From<SharedError> for StoreError {
    fn from(error: SharedError) -> Self {
        match error {
            SharedError::Refused(refusal) => Self::Refused(refusal),
            SharedError::NotFound => Self::NotFound,
            SharedError::Overloaded => Self::Overloaded,
            SharedError::Unavailable(cause) => Self::Unavailable(Some(cause.into())),
            SharedError::Other(text) => Self::Internal(text.into()),
        }
    }
}

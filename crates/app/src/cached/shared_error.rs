//! The failure of a read that several wait for.

use ofektom_domain::ports::StoreError;

/// Why a read failed, for each of those who waited for it.
#[derive(Clone, Debug)]
pub(super) enum SharedError {
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
            SharedError::Overloaded => Self::Overloaded,
            SharedError::Unavailable(cause) => Self::Unavailable(Some(cause.into())),
            SharedError::Other(text) => Self::Internal(text.into()),
        }
    }
}

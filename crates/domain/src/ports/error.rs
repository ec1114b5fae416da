//! What can go wrong at a store.

use crate::refusal::Refusal;

/// The result of a store's method.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a store's method had no effect.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing, or not for this caller.
    #[error("not found")]
    NotFound,
    /// Something unique exists already.
    #[error("{0}")]
    Conflict(Conflict),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyReused,
    /// The same idempotency key is being worked on.
    #[error("a request with the same idempotency key is still running")]
    IdempotencyInProgress,
    /// The database cannot be reached or does not answer in time. Nothing was written, or whether it was is unknown; the
    /// idempotency key tells on a retry.
    #[error("the database is not available")]
    Unavailable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// A queue is full. Nothing was written.
    #[error("too much work is waiting")]
    Overloaded,
    /// A defect: a row that breaks the rules, a query that does not fit the schema.
    #[error("the store failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A person with the phone number.
    Phone,
    /// A business with the join code.
    JoinCode,
    /// A unit of the business with the name.
    UnitName,
    /// A membership of the person in the business.
    Membership,
    /// A pending invitation of the business to the phone number.
    Invitation,
    /// A card with the tracking number.
    TrackingNumber,
    /// A bank account of the person with the same details.
    BankAccount,
    /// The unit is in use.
    UnitInUse,
    /// The resource changed since the caller read it.
    Version,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Phone => "the phone number already has an account",
            Self::JoinCode => "the join code is taken",
            Self::UnitName => "the business has a unit of this name",
            Self::Membership => "the person already belongs to the business",
            Self::Invitation => "the phone number has a pending invitation",
            Self::TrackingNumber => "the tracking number is taken",
            Self::BankAccount => "the bank account is already registered",
            Self::UnitInUse => "the unit is the default one, or has members, savings accounts or pending invitations",
            Self::Version => "the resource was changed meanwhile",
        })
    }
}

//! What the failure of a use-case is on the wire.

use ofektom_app::AppError;
use ofektom_auth::AuthError;
use ofektom_domain::ports::{Conflict, StoreError};
use ofektom_domain::refusal::FieldError;

use super::{Kind, Problem, kind};

/// When to try again after a full queue or an unreachable database, in seconds.
const RETRY_SECONDS: u64 = 2;

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound => Self::new(kind::NOT_FOUND),
            AppError::Forbidden => Self::new(kind::FORBIDDEN),
            AppError::PassphraseRequired => Self::new(kind::PASSPHRASE_REQUIRED),
            AppError::BusinessNotActive => Self::new(kind::BUSINESS_NOT_ACTIVE),
            AppError::PersonExists => {
                Self::new(kind::PERSON_EXISTS).detail("invite the person, or ask him to join with the business's code")
            }
            AppError::Refused(refusal) => refusal.into(),
            AppError::Auth(error) => error.into(),
            AppError::Store(error) => error.into(),
        }
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidCredentials => Self::new(kind::INVALID_CREDENTIALS),
            AuthError::Locked { retry_after_seconds } => {
                Self::new(kind::ACCOUNT_LOCKED).retry_after(retry_after_seconds).detail(error.to_string())
            }
            AuthError::InvalidToken | AuthError::SessionEnded => {
                Self::new(kind::UNAUTHENTICATED).detail(error.to_string())
            }
            AuthError::SecretRejected(why) => Self::validation(vec![FieldError::new("secret", "not_allowed", why)]),
            AuthError::NewSecretRejected(why) => {
                Self::validation(vec![FieldError::new("new_secret", "not_allowed", why)])
            }
            AuthError::OldSecretWrong => Self::new(kind::OLD_SECRET_WRONG),
            AuthError::CodeRejected => Self::new(kind::CODE_REJECTED),
            AuthError::Suspended => Self::new(kind::ACCOUNT_SUSPENDED),
            AuthError::Overloaded => Self::new(kind::OVERLOADED).retry_after(RETRY_SECONDS),
            AuthError::Store(error) => error.into(),
            AuthError::Internal(_) => Self::internal(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::NotFound => Self::new(kind::NOT_FOUND),
            StoreError::Conflict(conflict) => Self::new(conflict_kind(conflict)),
            StoreError::IdempotencyReused => Self::new(kind::IDEMPOTENCY_KEY_REUSED),
            StoreError::IdempotencyInProgress => Self::new(kind::IDEMPOTENCY_IN_PROGRESS).retry_after(1),
            StoreError::Unavailable(cause) => Self { cause, ..Self::new(kind::UNAVAILABLE) }.retry_after(RETRY_SECONDS),
            StoreError::Overloaded => Self::new(kind::OVERLOADED).retry_after(RETRY_SECONDS),
            StoreError::Internal(cause) => Self::internal(cause),
        }
    }
}

const fn conflict_kind(conflict: Conflict) -> Kind {
    match conflict {
        Conflict::Phone => kind::PHONE_TAKEN,
        Conflict::JoinCode => kind::JOIN_CODE_TAKEN,
        Conflict::UnitName => kind::UNIT_NAME_TAKEN,
        Conflict::Membership => kind::ALREADY_MEMBER,
        Conflict::Invitation => kind::INVITATION_PENDING,
        Conflict::TrackingNumber => kind::TRACKING_NUMBER_TAKEN,
        Conflict::BankAccount => kind::BANK_ACCOUNT_EXISTS,
        Conflict::UnitInUse => kind::UNIT_IN_USE,
        Conflict::Version => kind::VERSION_CONFLICT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_status_and_its_delay() {
        let problem = |error: AppError| {
            let problem = Problem::from(error);
            (problem.kind.status, problem.kind.code, problem.retry_after_seconds)
        };
        let locked = AuthError::Locked { retry_after_seconds: 900 };
        assert_eq!(problem(AppError::NotFound), (404, "not_found", None));
        assert_eq!(problem(AppError::Auth(locked)), (429, "account_locked", Some(900)));
        assert_eq!(problem(AppError::Auth(AuthError::SessionEnded)), (401, "unauthenticated", None));
        assert_eq!(problem(StoreError::IdempotencyReused.into()), (422, "idempotency_key_reused", None));
        assert_eq!(problem(StoreError::IdempotencyInProgress.into()), (409, "idempotency_in_progress", Some(1)));
        assert_eq!(problem(StoreError::Unavailable(None).into()), (503, "unavailable", Some(2)));
        assert_eq!(problem(StoreError::Conflict(Conflict::Phone).into()), (409, "phone_taken", None));
        assert_eq!(problem(StoreError::Internal("row".into()).into()), (500, "internal", None));
    }
}

//! People, their credentials and their sign-ins.

mod bank_account;
mod bank_details_change;
mod name;
mod profile;
mod secret_code;
mod secret_rules;
mod session;
mod suspicion;
mod user;

pub use bank_account::{BankAccount, BankDetails};
pub use bank_details_change::{BankDetailsChange, PayoutWatch, bank_details_notify};
pub use name::{Email, PersonName};
pub use profile::{ProfileChange, profile_change_decide};
pub use secret_code::{CodeVerdict, SECRET_CODE_DIGITS, SECRET_CODE_MINUTES, SECRET_CODE_TRIES_MAX, SecretCode};
pub use secret_rules::{CredentialKind, secret_check, secret_kind_after};
pub use session::{Activation, RefreshToken, Session, SessionIdentity, SignInAttempts, TokenHash};
pub use suspicion::{SignInPlace, Suspicion, suspicion, suspicion_notify};
pub use user::{PlatformRole, User, UserStatus};

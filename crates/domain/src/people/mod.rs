//! People, their credentials and their sign-ins.

mod bank_account;
mod name;
mod secret_code;
mod secret_rules;
mod session;
mod suspicion;
mod user;

pub use bank_account::{BankAccount, BankDetails};
pub use name::{Email, PersonName};
pub use secret_code::{CodeVerdict, SECRET_CODE_DIGITS, SECRET_CODE_MINUTES, SECRET_CODE_TRIES_MAX, SecretCode};
pub use secret_rules::{CredentialKind, secret_check, secret_kind_after};
pub use session::{Activation, RefreshToken, Session, SessionIdentity, SignInAttempts, TokenHash};
pub use suspicion::{SignInPlace, Suspicion, suspicion};
pub use user::{PlatformRole, User, UserStatus};

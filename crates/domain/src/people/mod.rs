//! People, their credentials and their sign-ins.

mod bank_account;
mod name;
mod secret_rules;
mod session;
mod user;

pub use bank_account::{BankAccount, BankDetails};
pub use name::{Email, PersonName};
pub use secret_rules::{CredentialKind, secret_check};
pub use session::{Activation, RefreshToken, Session, SessionIdentity, SignInAttempts, TokenHash};
pub use user::{PlatformRole, User, UserStatus};

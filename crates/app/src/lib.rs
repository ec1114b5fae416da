#![doc = include_str!("../README.md")]

mod access;
mod app;
mod audit;
mod bank_accounts;
mod business;
mod caller;
mod contribution;
mod delivery;
mod error;
mod idempotency;
mod import;
mod input;
mod ledger;
mod notification;
mod payout;
mod people;
mod platform;
mod reading;
mod reports;
mod savings;

pub use app::{App, Outside, Stores};
pub use audit::SealReport;
pub use bank_accounts::{BankAccountChange, NewBankAccount};
pub use business::{
    BusinessSettings, CustomerRegistered, CustomerToRegister, InvitationInput, MemberSettings, NewBusinessInput,
};
pub use caller::Caller;
pub use contribution::{BulkInput, BulkItemInput, ContributionInput, ContributionView};
pub use error::{AppError, AppResult};
pub use idempotency::IdempotencyInput;
pub use import::{ImportInput, ImportPreview};
pub use notification::{NotificationItem, NotificationPreference};
pub use ofektom_auth::Origin;
pub use payout::PayoutInput;
pub use people::{ActivationInput, ProfileChange, SecretResetInput, SignUp, SignUpRole};
pub use reports::{ExportPage, ExportPeriod};
pub use savings::{MaturityReport, OpenInput, PreviewInput, ScheduleBox, Statement};

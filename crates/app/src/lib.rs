#![doc = include_str!("../README.md")]

mod access;
mod app;
mod bank_accounts;
mod business;
mod caller;
mod collection_sheet;
mod contribution;
mod delivery;
mod error;
mod idempotency;
mod import;
mod input;
mod ledger;
mod names;
mod notification;
mod payout;
mod people;
mod platform;
mod reading;
mod reports;
mod round;
mod savings;

pub use app::{App, Outside, Stores};
pub use bank_accounts::{BankAccountChange, NewBankAccount};
pub use business::{
    BusinessSettings, CustomerRegistered, CustomerToRegister, InvitationInput, MemberSettings, NewBusinessInput,
};
pub use caller::Caller;
pub use collection_sheet::{CollectionSheet, SheetInput, SheetPage, SheetUnits};
pub use contribution::{BulkInput, BulkItemInput, ContributionInput, ContributionView};
pub use error::{AppError, AppResult};
pub use idempotency::IdempotencyInput;
pub use import::{ImportInput, ImportPreview};
pub use names::Named;
pub use notification::{NotificationItem, NotificationPreference};
pub use ofektom_auth::Origin;
pub use payout::PayoutInput;
pub use people::{ActivationInput, ProfileChange, SecretResetInput, SignUp, SignUpRole};
pub use reports::{ExportPage, ExportPeriod};
pub use round::{CashDayReport, RoundInput};
pub use savings::{MaturityReport, OpenInput, PreviewInput, ScheduleBox, Statement};

//! The caller himself.

mod bank_account_create;
mod bank_account_update;
mod bank_account_view;
mod bank_accounts;
mod invitations;
mod profile;
mod view;

pub use bank_account_create::{BankAccountBody, bank_account_create};
pub use bank_account_update::{BankAccountPatch, bank_account_update};
pub use bank_account_view::BankAccountView;
pub use bank_accounts::{bank_account_delete, bank_accounts_list};
pub use invitations::own_invitations_list;
pub use profile::{ProfilePatch, me, profile_update};
pub use view::{MeView, MembershipView};

//! A bank account, as its owner sees it.

use ofektom_domain::people::BankAccount;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// A bank account.
#[derive(Serialize, ToSchema)]
pub struct BankAccountView {
    id: Id,
    #[schema(example = "058")]
    bank_code: String,
    #[schema(example = "0123456789")]
    account_number: String,
    account_name: String,
    /// Whether it is the one to use when none is named.
    is_default: bool,
    created_at: Moment,
    updated_at: Moment,
}

impl From<BankAccount> for BankAccountView {
    fn from(account: BankAccount) -> Self {
        Self {
            id: account.id.into(),
            bank_code: account.details.bank_code().to_owned(),
            account_number: account.details.account_number().to_owned(),
            account_name: account.details.account_name().to_owned(),
            is_default: account.is_default,
            created_at: account.created_at.into(),
            updated_at: account.updated_at.into(),
        }
    }
}

//! A new bank account.

use actix_web::web::Data;
use ofektom_app::{App, NewBankAccount};
use ofektom_domain::people::BankDetails;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BankAccountView;
use crate::extract::{ApiJson, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, FlagIn, TextIn};

/// A bank account to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccountBody {
    /// The bank's code: 3, 5 or 6 digits.
    bank_code: TextIn,
    /// The account number: 10 digits.
    account_number: TextIn,
    account_name: TextIn,
    /// Whether it becomes the default. The first one always does.
    is_default: Option<FlagIn>,
}

impl Check for BankAccountBody {
    type Output = NewBankAccount;

    fn check(self, checks: &mut Checks) -> Option<NewBankAccount> {
        let bank_code = checks.take("bank_code", self.bank_code);
        let account_number = checks.take("account_number", self.account_number);
        let account_name = checks.take("account_name", self.account_name);
        let is_default = checks.take_optional("is_default", self.is_default);
        let details = checks.accept(BankDetails::new(&bank_code?, &account_number?, &account_name?));
        Some(NewBankAccount { details: details?, is_default: is_default?.unwrap_or(false) })
    }
}

/// `POST /me/bank-accounts`
///
/// # Errors
/// Those of [`App::bank_account_create`].
pub async fn bank_account_create(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson(new): ApiJson<BankAccountBody>,
) -> ApiResult {
    let account = app.bank_account_create(&caller, new).await?;
    let location = format!("/api/v1/me/bank-accounts/{}", account.id);
    reply::created(&location, &BankAccountView::from(account))
}

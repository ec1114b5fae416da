//! Other details of a bank account.

use actix_web::web::Data;
use ofektom_app::{App, BankAccountChange};
use ofektom_domain::ids::BankAccountId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BankAccountView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, FlagIn, TextIn};

/// What to change of a bank account; what is missing stays. New details wait for the business's cooling-off time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccountPatch {
    bank_code: Option<TextIn>,
    account_number: Option<TextIn>,
    account_name: Option<TextIn>,
    /// `true` makes it the default.
    is_default: Option<FlagIn>,
}

impl Check for BankAccountPatch {
    type Output = BankAccountChange;

    fn check(self, checks: &mut Checks) -> Option<BankAccountChange> {
        let bank_code = checks.take_optional("bank_code", self.bank_code);
        let account_number = checks.take_optional("account_number", self.account_number);
        let account_name = checks.take_optional("account_name", self.account_name);
        let is_default = checks.take_optional("is_default", self.is_default);
        Some(BankAccountChange {
            bank_code: bank_code?,
            account_number: account_number?,
            account_name: account_name?,
            is_default: is_default?,
        })
    }
}

/// `PATCH /me/bank-accounts/{id}`
///
/// # Errors
/// Those of [`App::bank_account_update`].
pub async fn bank_account_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BankAccountId>,
    ApiJson(change): ApiJson<BankAccountPatch>,
) -> ApiResult {
    let account = app.bank_account_update(&caller, id, change).await?;
    reply::ok(&BankAccountView::from(account))
}

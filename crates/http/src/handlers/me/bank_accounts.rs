//! Listing and removing one's bank accounts.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BankAccountId;

use super::BankAccountView;
use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /me/bank-accounts`
///
/// # Errors
/// Those of [`App::bank_accounts_list`].
pub async fn bank_accounts_list(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let accounts = app.bank_accounts_list(&caller).await?;
    reply::ok(&PageView::whole(accounts, BankAccountView::from))
}

/// `DELETE /me/bank-accounts/{id}`
///
/// # Errors
/// Those of [`App::bank_account_delete`].
pub async fn bank_account_delete(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BankAccountId>,
) -> ApiResult {
    app.bank_account_delete(&caller, id).await?;
    reply::no_content()
}

//! Extending, ending and cancelling a card.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::savings::SavingsChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavingsView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, Nothing, WholeIn};

/// Months to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    months: WholeIn,
}

impl Check for ExtendBody {
    type Output = SavingsChange;

    fn check(self, checks: &mut Checks) -> Option<SavingsChange> {
        checks.take("months", self.months).map(|months| SavingsChange::Extend { months })
    }
}

/// `POST /savings/{id}/extend`
///
/// # Errors
/// Those of [`App::savings_change`].
pub async fn savings_extend(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiJson(change): ApiJson<ExtendBody>,
) -> ApiResult {
    let account = app.savings_change(&caller, id, change).await?;
    reply::ok(&SavingsView::from(&account))
}

/// `POST /savings/{id}/end`
///
/// # Errors
/// Those of [`App::savings_change`].
pub async fn savings_end(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiJson(()): ApiJson<Nothing>,
) -> ApiResult {
    let account = app.savings_change(&caller, id, SavingsChange::End).await?;
    reply::ok(&SavingsView::from(&account))
}

/// `POST /savings/{id}/cancel`
///
/// # Errors
/// Those of [`App::savings_change`].
pub async fn savings_cancel(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiJson(()): ApiJson<Nothing>,
) -> ApiResult {
    let account = app.savings_change(&caller, id, SavingsChange::Cancel).await?;
    reply::ok(&SavingsView::from(&account))
}

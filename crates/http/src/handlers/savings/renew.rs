//! Renewing a card that has ended.

use actix_web::web::Data;
use jiff::civil::Date;
use ofektom_app::App;
use ofektom_domain::ids::SavingsAccountId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavingsView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, DayIn};

/// When the new card starts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewBody {
    /// Today when it is missing.
    start_date: Option<DayIn>,
}

impl Check for RenewBody {
    type Output = Option<Date>;

    fn check(self, checks: &mut Checks) -> Option<Option<Date>> {
        checks.take_optional("start_date", self.start_date)
    }
}

/// `POST /savings/{id}/renew`
///
/// # Errors
/// Those of [`App::savings_renew`].
pub async fn savings_renew(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiJson(start_date): ApiJson<RenewBody>,
) -> ApiResult {
    let account = app.savings_renew(&caller, id, start_date).await?;
    reply::created(&format!("/api/v1/savings/{}", account.id), &SavingsView::from(&account))
}

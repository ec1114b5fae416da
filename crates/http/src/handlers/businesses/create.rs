//! A new business.

use actix_web::web::Data;
use ofektom_app::{App, NewBusinessInput};
use ofektom_domain::money::Currency;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BusinessView;
use crate::extract::{ApiJson, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, CurrencyIn, TextIn};

/// A business to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessBody {
    name: TextIn,
    /// NGN when it is missing.
    currency: Option<CurrencyIn>,
    /// An IANA time zone; Africa/Lagos when it is missing.
    time_zone: Option<TextIn>,
}

impl Check for BusinessBody {
    type Output = NewBusinessInput;

    fn check(self, checks: &mut Checks) -> Option<NewBusinessInput> {
        let name = checks.take("name", self.name);
        let currency = checks.take_optional("currency", self.currency);
        let time_zone = checks.take_optional("time_zone", self.time_zone);
        Some(NewBusinessInput { name: name?, currency: currency?.unwrap_or(Currency::NGN), time_zone: time_zone? })
    }
}

/// `POST /businesses`
///
/// # Errors
/// Those of [`App::business_create`].
pub async fn business_create(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson(input): ApiJson<BusinessBody>,
) -> ApiResult {
    let business = app.business_create(&caller, input).await?;
    let location = format!("/api/v1/businesses/{}", business.id);
    reply::created(&location, &BusinessView::from(business))
}

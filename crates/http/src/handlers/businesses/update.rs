//! Changing a business's settings and its join code.

use actix_web::web::Data;
use ofektom_app::{App, BusinessSettings};
use ofektom_domain::ids::BusinessId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BusinessView;
use super::policy::PolicyPatch;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, IdIn, TextIn, object};

/// What to change of a business; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessPatch {
    name: Option<TextIn>,
    /// Decides from now on which day it is. Refused while money is booked on a day that has not come there.
    time_zone: Option<TextIn>,
    /// The unit of whoever is given no other.
    default_unit_id: Option<IdIn>,
    #[serde(default, deserialize_with = "object")]
    policy: Option<PolicyPatch>,
}

impl Check for BusinessPatch {
    type Output = BusinessSettings;

    fn check(self, checks: &mut Checks) -> Option<BusinessSettings> {
        let name = checks.take_optional("name", self.name);
        let time_zone = checks.take_optional("time_zone", self.time_zone);
        let default_unit_id = checks.take_optional_id("default_unit_id", self.default_unit_id);
        let policy = checks.nested_optional("policy", self.policy);
        Some(BusinessSettings {
            name: name?,
            time_zone: time_zone?,
            default_unit_id: default_unit_id?,
            policy: policy?.unwrap_or_default(),
        })
    }
}

/// `PATCH /businesses/{id}`
///
/// # Errors
/// Those of [`App::business_update`].
pub async fn business_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BusinessId>,
    ApiJson(settings): ApiJson<BusinessPatch>,
) -> ApiResult {
    let business = app.business_update(&caller, id, settings).await?;
    reply::ok(&BusinessView::from(business))
}

/// `POST /businesses/{id}/join-code`
///
/// # Errors
/// Those of [`App::join_code_renew`].
pub async fn join_code_renew(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<BusinessId>,
) -> ApiResult {
    let business = app.join_code_renew(&caller, id).await?;
    reply::ok(&BusinessView::from(business))
}

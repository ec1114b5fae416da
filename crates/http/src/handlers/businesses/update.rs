//! Changing a business's settings.

use actix_web::web::Data;
use ofektom_app::{App, BusinessSettings};
use ofektom_domain::ids::BusinessId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BusinessView;
use super::policy::{PolicyChange, PolicyPatch};
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, TextIn, object};

/// What to change of a business; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessPatch {
    name: Option<TextIn>,
    time_zone: Option<TextIn>,
    #[serde(default, deserialize_with = "object")]
    policy: Option<PolicyPatch>,
}

impl Check for BusinessPatch {
    type Output = (BusinessSettings, Option<PolicyChange>);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let name = checks.take_optional("name", self.name);
        let time_zone = checks.take_optional("time_zone", self.time_zone);
        let policy = checks.nested_optional("policy", self.policy);
        Some((BusinessSettings { name: name?, time_zone: time_zone?, policy: None }, policy?))
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
    ApiJson((mut settings, policy)): ApiJson<BusinessPatch>,
) -> ApiResult {
    if let Some(change) = policy {
        // The use-case takes the policy as a whole; what the request leaves out is as it is now.
        settings.policy = Some(change.applied_to(app.business_get(&caller, id).await?.policy));
    }
    let business = app.business_update(&caller, id, settings).await?;
    reply::ok(&BusinessView::from(business))
}

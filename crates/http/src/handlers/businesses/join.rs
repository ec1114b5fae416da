//! Joining a business by its code, and leaving it.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::business::JoinCode;
use ofektom_domain::ids::BusinessId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::handlers::me::MembershipView;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, JoinCodeIn};

/// The code of a business.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    code: JoinCodeIn,
}

impl Check for JoinBody {
    type Output = JoinCode;

    fn check(self, checks: &mut Checks) -> Option<JoinCode> {
        checks.take("code", self.code)
    }
}

/// `POST /businesses/join`
///
/// # Errors
/// Those of [`App::business_join`].
pub async fn business_join(app: Data<App>, SignedIn(caller): SignedIn, ApiJson(code): ApiJson<JoinBody>) -> ApiResult {
    let membership = app.business_join(&caller, code).await?;
    let location = format!("/api/v1/businesses/{}", membership.business_id);
    reply::created(&location, &MembershipView::from(&membership))
}

/// `POST /businesses/{id}/leave`
///
/// # Errors
/// Those of [`App::member_leave`].
pub async fn member_leave(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
) -> ApiResult {
    let membership = app.member_leave(&caller, business).await?;
    reply::ok(&MembershipView::from(&membership))
}

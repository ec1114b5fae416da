//! A person who was registered by someone else sets his own secret.

use actix_web::web::Data;
use ofektom_app::{ActivationInput, App};
use serde::Deserialize;
use utoipa::ToSchema;

use super::UserView;
use crate::extract::{ApiJson, OriginOf};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, PersonNameIn, SecretIn};

/// An activation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivateBody {
    /// The token from the message.
    token: SecretIn,
    /// The PIN that the person chooses.
    secret: SecretIn,
    full_name: Option<PersonNameIn>,
}

impl Check for ActivateBody {
    type Output = ActivationInput;

    fn check(self, checks: &mut Checks) -> Option<ActivationInput> {
        let token = checks.take("token", self.token);
        let secret = checks.take("secret", self.secret);
        let full_name = checks.take_optional("full_name", self.full_name);
        Some(ActivationInput { token: token?, secret: secret?, full_name: full_name? })
    }
}

/// `POST /auth/activate`
///
/// # Errors
/// Those of [`App::user_activate`].
pub async fn activate(app: Data<App>, OriginOf(origin): OriginOf, ApiJson(input): ApiJson<ActivateBody>) -> ApiResult {
    let user = app.user_activate(input, &origin).await?;
    reply::ok(&UserView::from(&user))
}

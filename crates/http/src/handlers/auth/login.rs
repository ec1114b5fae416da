//! Signing in.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::phone::PhoneNumber;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::TokensView;
use crate::extract::{ApiJson, OriginOf};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, PhoneIn, SecretIn};

/// Phone number and secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    phone: PhoneIn,
    secret: SecretIn,
}

impl Check for LoginBody {
    type Output = (PhoneNumber, SecretString);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let phone = checks.take("phone", self.phone);
        let secret = checks.take("secret", self.secret);
        Some((phone?, secret?))
    }
}

/// `POST /auth/login`
///
/// # Errors
/// Those of [`App::login`].
pub async fn login(
    app: Data<App>,
    OriginOf(origin): OriginOf,
    ApiJson((phone, secret)): ApiJson<LoginBody>,
) -> ApiResult {
    let grant = app.login(&phone, secret, &origin).await?;
    reply::ok(&TokensView::from(grant))
}

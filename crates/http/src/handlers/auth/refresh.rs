//! New tokens for a refresh token.

use actix_web::web::Data;
use ofektom_app::App;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::TokensView;
use crate::extract::{ApiJson, OriginOf};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, SecretIn};

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    refresh_token: SecretIn,
}

impl Check for RefreshBody {
    type Output = SecretString;

    fn check(self, checks: &mut Checks) -> Option<SecretString> {
        checks.take("refresh_token", self.refresh_token)
    }
}

/// `POST /auth/refresh`
///
/// # Errors
/// Those of [`App::refresh`].
pub async fn refresh(app: Data<App>, OriginOf(origin): OriginOf, ApiJson(token): ApiJson<RefreshBody>) -> ApiResult {
    let grant = app.refresh(token.expose_secret(), &origin).await?;
    reply::ok(&TokensView::from(grant))
}

//! Changing one's secret, and setting a new one in place of one that is forgotten.

use actix_web::web::Data;
use ofektom_app::{App, SecretResetInput};
use ofektom_domain::people::{SECRET_CODE_DIGITS, SECRET_CODE_MINUTES};
use ofektom_domain::phone::PhoneNumber;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LoggedOutView;
use crate::extract::{ApiJson, OriginOf, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, PhoneIn, SecretIn};

/// A new secret in place of one that the person knows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretChangeBody {
    old_secret: SecretIn,
    /// A PIN of 6 digits or a passphrase of 10 or more characters; a passphrase for whoever has one.
    new_secret: SecretIn,
}

impl Check for SecretChangeBody {
    type Output = (SecretString, SecretString);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let old_secret = checks.take("old_secret", self.old_secret);
        let new_secret = checks.take("new_secret", self.new_secret);
        Some((old_secret?, new_secret?))
    }
}

/// Someone who forgot his secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequestBody {
    phone: PhoneIn,
}

impl Check for ResetRequestBody {
    type Output = PhoneNumber;

    fn check(self, checks: &mut Checks) -> Option<PhoneNumber> {
        checks.take("phone", self.phone)
    }
}

/// What is told to whoever asks for a reset code, whether the number has an account or not.
#[derive(Serialize, ToSchema)]
pub struct ResetRequestedView {
    message: &'static str,
    /// How long a code may be used, in seconds.
    expires_in: u32,
}

/// A new secret in place of a forgotten one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetBody {
    phone: PhoneIn,
    /// The 8 digits of the message.
    code: SecretIn,
    /// A PIN of 6 digits or a passphrase of 10 or more characters; a passphrase for whoever has one.
    new_secret: SecretIn,
}

impl Check for ResetBody {
    type Output = SecretResetInput;

    fn check(self, checks: &mut Checks) -> Option<SecretResetInput> {
        let phone = checks.take("phone", self.phone);
        let code = checks.take("code", self.code);
        let new_secret = checks.take("new_secret", self.new_secret);
        let digits = |code: &SecretString| {
            let code = code.expose_secret();
            code.len() == SECRET_CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())
        };
        if code.as_ref().is_some_and(|code| !digits(code)) {
            checks.refuse("code", "format", format!("must be the {SECRET_CODE_DIGITS} digits of the message"));
        }
        Some(SecretResetInput { phone: phone?, code: code?, new_secret: new_secret? })
    }
}

/// `POST /auth/secret/change`
///
/// # Errors
/// Those of [`App::secret_change`].
pub async fn secret_change(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson((old_secret, new_secret)): ApiJson<SecretChangeBody>,
) -> ApiResult {
    let sessions_ended = app.secret_change(&caller, old_secret, new_secret).await?;
    reply::ok(&LoggedOutView { sessions_ended })
}

/// `POST /auth/secret/reset-request`
///
/// # Errors
/// Those of [`App::secret_reset_request`].
pub async fn secret_reset_request(
    app: Data<App>,
    OriginOf(origin): OriginOf,
    ApiJson(phone): ApiJson<ResetRequestBody>,
) -> ApiResult {
    app.secret_reset_request(phone, &origin).await?;
    reply::accepted(&ResetRequestedView {
        message: "If the number has an account, a code is on its way to it.",
        expires_in: SECRET_CODE_MINUTES * 60,
    })
}

/// `POST /auth/secret/reset`
///
/// # Errors
/// Those of [`App::secret_reset`].
pub async fn secret_reset(app: Data<App>, OriginOf(origin): OriginOf, ApiJson(input): ApiJson<ResetBody>) -> ApiResult {
    app.secret_reset(input, &origin).await?;
    reply::no_content()
}

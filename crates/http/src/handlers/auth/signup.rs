//! Signing up.

use actix_web::web::Data;
use ofektom_app::{App, SignUp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::UserView;
use crate::extract::{ApiJson, OriginOf};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, EmailIn, JoinCodeIn, PersonNameIn, PhoneIn, SecretIn, SignUpRoleIn};

/// A person who signs up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpBody {
    phone: PhoneIn,
    /// A PIN of 6 digits for a customer, a passphrase of 10 or more characters for an agent.
    secret: SecretIn,
    full_name: PersonNameIn,
    email: Option<EmailIn>,
    role: SignUpRoleIn,
    /// The code of a business to join as a customer.
    business_code: Option<JoinCodeIn>,
}

impl Check for SignUpBody {
    type Output = SignUp;

    fn check(self, checks: &mut Checks) -> Option<SignUp> {
        let phone = checks.take("phone", self.phone);
        let secret = checks.take("secret", self.secret);
        let full_name = checks.take("full_name", self.full_name);
        let email = checks.take_optional("email", self.email);
        let role = checks.take("role", self.role);
        let business_code = checks.take_optional("business_code", self.business_code);
        Some(SignUp {
            phone: phone?,
            secret: secret?,
            full_name: full_name?,
            email: email?,
            role: role?,
            business_code: business_code?,
        })
    }
}

/// `POST /auth/signup`
///
/// # Errors
/// Those of [`App::sign_up`].
pub async fn sign_up(app: Data<App>, OriginOf(origin): OriginOf, ApiJson(input): ApiJson<SignUpBody>) -> ApiResult {
    let user = app.sign_up(input, &origin).await?;
    reply::created("/api/v1/me", &UserView::from(&user))
}

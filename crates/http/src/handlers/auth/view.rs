//! A person and his tokens, as he sees them himself.

use ofektom_auth::Grant;
use ofektom_domain::people::{PlatformRole, User};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// A person.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    id: Id,
    #[schema(example = "+2348012345678")]
    phone: String,
    full_name: String,
    email: Option<String>,
    /// What he signs in with: `pin` or `passphrase`.
    credential: &'static str,
    /// `none` or `super_admin`.
    platform_role: &'static str,
    /// `pending`, `active` or `suspended`.
    status: &'static str,
    created_at: Moment,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            phone: user.phone.as_str().to_owned(),
            full_name: user.full_name.to_string(),
            email: user.email.as_ref().map(|email| email.as_str().to_owned()),
            credential: user.credential.as_str(),
            platform_role: PlatformRole::as_str(user.platform_role),
            status: user.status.as_str(),
            created_at: user.created_at.into(),
        }
    }
}

/// What a person gets by signing in.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    /// For the `Authorization` header of other requests.
    access_token: String,
    /// For `POST /auth/refresh`, once.
    refresh_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long the access token lives, in seconds.
    expires_in: u64,
    user: UserView,
}

impl From<Grant> for TokensView {
    fn from(grant: Grant) -> Self {
        Self {
            access_token: grant.access_token.expose_secret().to_owned(),
            refresh_token: grant.refresh_token.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_in: grant.expires_in_seconds,
            user: UserView::from(&grant.user),
        }
    }
}

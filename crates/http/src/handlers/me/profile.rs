//! One's own profile.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::people::ProfileChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MeView;
use crate::extract::{ApiJson, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, EmailIn, PersonNameIn, given};

/// What to change of oneself; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    full_name: Option<PersonNameIn>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<EmailIn>)]
    email: Option<Option<EmailIn>>,
}

impl Check for ProfilePatch {
    type Output = ProfileChange;

    fn check(self, checks: &mut Checks) -> Option<ProfileChange> {
        let full_name = checks.take_optional("full_name", self.full_name);
        let email = match self.email {
            None => Some(None),
            Some(given) => checks.take_optional("email", given).map(Some),
        };
        Some(ProfileChange { full_name: full_name?, email: email? })
    }
}

/// `GET /me`
///
/// # Errors
/// A defect only.
pub async fn me(request: HttpRequest, SignedIn(caller): SignedIn) -> ApiResult {
    reply::single(&request, &MeView::of(&caller.user, &caller.memberships))
}

/// `PATCH /me`
///
/// # Errors
/// Those of [`App::profile_update`].
pub async fn profile_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson(change): ApiJson<ProfilePatch>,
) -> ApiResult {
    let user = app.profile_update(&caller, change).await?;
    reply::ok(&MeView::of(&user, &caller.memberships))
}

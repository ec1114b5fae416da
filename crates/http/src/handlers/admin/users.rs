//! The platform's people.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::UserId;
use ofektom_domain::page::PageRequest;
use ofektom_domain::people::UserStatus;
use ofektom_domain::ports::UserFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{ApiJson, ApiPath, ApiQuery, SignedIn};
use crate::handlers::auth::UserView;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, CursorIn, LimitIn, PageView, SearchIn, TotalIn, UserStatusIn, page_of};

/// Which people.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    status: Option<UserStatusIn>,
    /// Only names that contain this text, or phone numbers that contain its digits.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for UsersQuery {
    type Output = (UserFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let status = checks.take_optional("status", self.status);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        Some((UserFilter { status: status?, search: search? }, page?))
    }
}

/// Whether a person may sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserStatusPatch {
    /// `active` or `suspended`.
    status: UserStatusIn,
}

impl Check for UserStatusPatch {
    type Output = UserStatus;

    fn check(self, checks: &mut Checks) -> Option<UserStatus> {
        checks.take("status", self.status)
    }
}

/// `GET /admin/users`
///
/// # Errors
/// Those of [`App::platform_users_list`].
pub async fn platform_users_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<UsersQuery>,
) -> ApiResult {
    let users = app.platform_users_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(users, |user| UserView::from(&user)))
}

/// `PATCH /admin/users/{id}`
///
/// # Errors
/// Those of [`App::platform_user_update`].
pub async fn platform_user_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<UserId>,
    ApiJson(status): ApiJson<UserStatusPatch>,
) -> ApiResult {
    let user = app.platform_user_update(&caller, id, status).await?;
    reply::ok(&UserView::from(&user))
}

//! Who belongs to a business, and changing that.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::business::MemberChange;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::MemberFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MemberView;
use crate::extract::{ApiJson, ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{
    Check, Checks, CursorIn, IdIn, LimitIn, MemberRoleIn, MembershipStatusIn, PageView, SearchIn, TotalIn, page_of,
};

/// Which members.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberQuery {
    role: Option<MemberRoleIn>,
    status: Option<MembershipStatusIn>,
    unit_id: Option<IdIn>,
    /// Only people with this name or phone number.
    search: Option<SearchIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for MemberQuery {
    type Output = (MemberFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let role = checks.take_optional("role", self.role);
        let status = checks.take_optional("status", self.status);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let search = checks.take_optional("search", self.search);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        Some((MemberFilter { role: role?, status: status?, unit_id: unit_id?, search: search? }, page?))
    }
}

/// What to change of a member; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    /// `active` or `suspended`; `left` removes a member who has no open savings and no cash.
    status: Option<MembershipStatusIn>,
    unit_id: Option<IdIn>,
    /// `admin`, `sub_agent` or `customer`.
    role: Option<MemberRoleIn>,
}

impl Check for MemberPatch {
    type Output = MemberChange;

    fn check(self, checks: &mut Checks) -> Option<MemberChange> {
        let status = checks.take_optional("status", self.status);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let role = checks.take_optional("role", self.role);
        Some(MemberChange { status: status?, unit_id: unit_id?, role: role? })
    }
}

/// `GET /businesses/{id}/members`
///
/// # Errors
/// Those of [`App::members_list`].
pub async fn members_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((filter, page)): ApiQuery<MemberQuery>,
) -> ApiResult {
    let members = app.members_list(&caller, business, &filter, page).await?;
    reply::ok(&PageView::of(members, MemberView::from))
}

/// `PATCH /businesses/{id}/members/{user_id}`
///
/// # Errors
/// Those of [`App::member_update`].
pub async fn member_update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, user)): ApiPath<(BusinessId, UserId)>,
    ApiJson(settings): ApiJson<MemberPatch>,
) -> ApiResult {
    let member = app.member_update(&caller, business, user, settings).await?;
    reply::ok(&MemberView::from(member))
}

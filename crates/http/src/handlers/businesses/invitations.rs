//! Invitations: sending, reading, withdrawing, answering.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::{App, InvitationInput};
use ofektom_domain::business::InvitationAnswer;
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::InvitationFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::InvitationView;
use crate::extract::{ApiJson, ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{
    Check, Checks, CursorIn, IdIn, InvitationStatusIn, LimitIn, MemberRoleIn, PageView, PhoneIn, TotalIn, page_of,
};

/// Whom to invite, and as what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    phone: PhoneIn,
    /// `admin`, `sub_agent` or `customer`: below the caller's own, and admins by the owner alone.
    role: MemberRoleIn,
    /// When it is missing, a sub-agent's own unit, else the default unit.
    unit_id: Option<IdIn>,
}

impl Check for InvitationBody {
    type Output = InvitationInput;

    fn check(self, checks: &mut Checks) -> Option<InvitationInput> {
        let phone = checks.take("phone", self.phone);
        let role = checks.take("role", self.role);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        Some(InvitationInput { phone: phone?, role: role?, unit_id: unit_id? })
    }
}

/// Which invitations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationsQuery {
    status: Option<InvitationStatusIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for InvitationsQuery {
    type Output = (InvitationFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let status = checks.take_optional("status", self.status);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        Some((InvitationFilter { status: status? }, page?))
    }
}

/// `GET /businesses/{id}/invitations`
///
/// # Errors
/// Those of [`App::invitations_list`].
pub async fn invitations_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((filter, page)): ApiQuery<InvitationsQuery>,
) -> ApiResult {
    let invitations = app.invitations_list(&caller, business, filter, page).await?;
    reply::ok(&PageView::of(invitations, InvitationView::from))
}

/// `POST /businesses/{id}/invitations`
///
/// # Errors
/// Those of [`App::invitation_create`].
pub async fn invitation_create(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiJson(input): ApiJson<InvitationBody>,
) -> ApiResult {
    let invitation = app.invitation_create(&caller, business, input).await?;
    let location = format!("/api/v1/businesses/{business}/invitations/{}", invitation.id);
    reply::created(&location, &InvitationView::from(invitation))
}

/// `GET /businesses/{id}/invitations/{invitation_id}`
///
/// # Errors
/// Those of [`App::invitation_get`].
pub async fn invitation_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, id)): ApiPath<(BusinessId, InvitationId)>,
) -> ApiResult {
    let invitation = app.invitation_get(&caller, business, id).await?;
    reply::single(&request, &InvitationView::from(invitation))
}

/// `DELETE /businesses/{id}/invitations/{invitation_id}`
///
/// # Errors
/// Those of [`App::invitation_revoke`].
pub async fn invitation_revoke(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, id)): ApiPath<(BusinessId, InvitationId)>,
) -> ApiResult {
    let _ = app.invitation_revoke(&caller, business, id).await?;
    reply::no_content()
}

/// `POST /invitations/{token}/accept`
///
/// # Errors
/// Those of [`App::invitation_answer`].
pub async fn invitation_accept(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(token): ApiPath<String>,
) -> ApiResult {
    let invitation = app.invitation_answer(&caller, &token, InvitationAnswer::Accept).await?;
    reply::ok(&InvitationView::from(invitation))
}

/// `POST /invitations/{token}/reject`
///
/// # Errors
/// Those of [`App::invitation_answer`].
pub async fn invitation_reject(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(token): ApiPath<String>,
) -> ApiResult {
    let invitation = app.invitation_answer(&caller, &token, InvitationAnswer::Reject).await?;
    reply::ok(&InvitationView::from(invitation))
}

//! Reading the trail.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;

use super::{AuditEntryView, AuditQuery};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /businesses/{id}/audit`
///
/// # Errors
/// Those of [`App::audit_list`].
pub async fn audit_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((filter, page)): ApiQuery<AuditQuery>,
) -> ApiResult {
    let entries = app.audit_list(&caller, business, filter, page).await?;
    reply::ok(&PageView::of(entries, AuditEntryView::from))
}

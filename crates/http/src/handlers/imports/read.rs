//! Reading imports.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::{BusinessId, ImportId};
use ofektom_domain::page::PageRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ImportView;
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, CursorIn, LimitIn, PageView, TotalIn, page_of};

/// Which imports.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportsQuery {
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for ImportsQuery {
    type Output = PageRequest;

    fn check(self, checks: &mut Checks) -> Option<PageRequest> {
        page_of(checks, self.limit, self.cursor, self.total)
    }
}

/// `GET /businesses/{id}/imports`
///
/// # Errors
/// Those of [`App::imports_list`].
pub async fn imports_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery(page): ApiQuery<ImportsQuery>,
) -> ApiResult {
    let imports = app.imports_list(&caller, business, page).await?;
    reply::ok(&PageView::of(imports, |import| ImportView::from(&import)))
}

/// `GET /businesses/{id}/imports/{import_id}`
///
/// # Errors
/// Those of [`App::import_get`].
pub async fn import_get(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath((business, import)): ApiPath<(BusinessId, ImportId)>,
) -> ApiResult {
    reply::single(&request, &ImportView::from(&app.import_get(&caller, business, import).await?))
}

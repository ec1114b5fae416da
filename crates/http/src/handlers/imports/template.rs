//! The header of a file, to be filled in.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::BusinessId;

use super::cells::COLUMNS;
use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;

/// `GET /businesses/{id}/imports/template`
///
/// # Errors
/// Those of [`App::import_template`].
pub async fn import_template(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
) -> ApiResult {
    app.import_template(&caller, business).await?;
    reply::csv_file("import-template", COLUMNS, [])
}

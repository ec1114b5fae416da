//! Signing out.

use actix_web::web::Data;
use ofektom_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::SignedIn;
use crate::problem::ApiResult;
use crate::reply;

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedOutView {
    pub(super) sessions_ended: u64,
}

/// `POST /auth/logout`
///
/// # Errors
/// Those of [`App::logout`].
pub async fn logout(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    app.logout(&caller).await?;
    reply::no_content()
}

/// `POST /auth/logout-all`
///
/// # Errors
/// Those of [`App::logout_all`].
pub async fn logout_all(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let sessions_ended = app.logout_all(&caller).await?;
    reply::ok(&LoggedOutView { sessions_ended })
}

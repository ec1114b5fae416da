//! Reading one's notifications.

use actix_web::web::Data;
use ofektom_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use super::{NotificationQuery, NotificationView};
use crate::extract::{ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// How many notifications are unread.
#[derive(Serialize, ToSchema)]
pub struct UnreadCountView {
    unread: u64,
}

/// `GET /me/notifications`
///
/// # Errors
/// Those of [`App::notifications_list`].
pub async fn notifications_list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiQuery((filter, page)): ApiQuery<NotificationQuery>,
) -> ApiResult {
    let notifications = app.notifications_list(&caller, &filter, page).await?;
    reply::ok(&PageView::of(notifications, NotificationView::from))
}

/// `GET /me/notifications/unread-count`
///
/// # Errors
/// Those of [`App::notifications_unread_count`].
pub async fn notifications_unread_count(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    reply::ok(&UnreadCountView { unread: app.notifications_unread_count(&caller).await? })
}

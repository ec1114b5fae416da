//! Marking notifications as read.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::NotificationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NotificationView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, IdIn};

/// Which notifications to mark as read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadAllBody {
    /// The newest one that the caller has seen: later ones stay unread. All are marked when it is missing.
    up_to: Option<IdIn>,
}

impl Check for ReadAllBody {
    type Output = Option<NotificationId>;

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        checks.take_optional_id("up_to", self.up_to)
    }
}

/// How many notifications were marked.
#[derive(Serialize, ToSchema)]
pub struct ReadAllView {
    marked: u64,
}

/// `POST /me/notifications/{id}/read`
///
/// # Errors
/// Those of [`App::notification_read`].
pub async fn notification_read(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<NotificationId>,
) -> ApiResult {
    reply::ok(&NotificationView::from(app.notification_read(&caller, id).await?))
}

/// `POST /me/notifications/read-all`
///
/// # Errors
/// Those of [`App::notifications_read_all`].
pub async fn notifications_read_all(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiJson(up_to): ApiJson<ReadAllBody>,
) -> ApiResult {
    reply::ok(&ReadAllView { marked: app.notifications_read_all(&caller, up_to).await? })
}

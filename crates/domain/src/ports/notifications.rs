//! Notifications. They are written by the stores of their causes, as part of [`crate::effects::Effects`].

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::context::Context;
use crate::ids::{NotificationId, UserId};
use crate::notification::{MutedKinds, Notification, NotificationKind, PreferenceChange};
use crate::page::{Page, PageRequest};

/// Which notifications.
#[derive(Clone, Debug, Default)]
pub struct NotificationFilter {
    /// Only read (`true`) or unread (`false`) ones.
    pub read: Option<bool>,
    /// Only of this kind.
    pub kind: Option<NotificationKind>,
}

/// Reads and marks notifications. A person sees his own, whatever became of his place in the business they tell of.
#[async_trait]
pub trait NotificationStore: Send + Sync {
    /// A person's notifications, newest first.
    async fn notifications_list(
        &self,
        user: UserId,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Notification>>;

    /// How many of a person's notifications are unread, exactly.
    async fn notifications_unread_count(&self, user: UserId) -> StoreResult<u64>;

    /// Marks one as read, unless it was before, and gives it. `NotFound` when it is not his.
    async fn notification_read(&self, user: UserId, id: NotificationId, now: Timestamp) -> StoreResult<Notification>;

    /// Marks all unread ones as read, or those up to and including `up_to`, and tells how many. `Refused` when `up_to` is
    /// not his.
    async fn notifications_read_all(
        &self,
        user: UserId,
        up_to: Option<NotificationId>,
        now: Timestamp,
    ) -> StoreResult<u64>;

    /// What a person has turned off.
    async fn notification_mutes(&self, user: UserId) -> StoreResult<MutedKinds>;

    /// Changes what the actor wants to be told, by [`crate::notification::preferences_decide`]; gives what is turned off
    /// afterwards. Turning a kind off leaves out what would be written from then on; nothing that was written changes.
    async fn notification_preferences_update(
        &self,
        changes: Vec<PreferenceChange>,
        context: Context,
    ) -> StoreResult<MutedKinds>;
}

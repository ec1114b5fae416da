//! Notifications: written with their cause, listed, marked as read, forgotten; and what people do not want to be told.

mod deciders;
mod forget;
mod mark;
mod preferences;
mod read;
mod row;
mod write;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{NotificationId, UserId};
use ofektom_domain::notification::{MutedKinds, Notification, PreferenceChange};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{NotificationFilter, NotificationStore, StoreResult};

use crate::engine::Db;

pub(crate) use deciders::members_who_may_on;
pub(crate) use forget::notifications_forget;
pub(crate) use write::{insert_many, notifications_insert_lite, notifications_write_in_tx};

/// The notifications of all people.
#[derive(Clone, Debug)]
pub struct Notifications {
    db: Db,
}

impl Notifications {
    /// Notifications in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl NotificationStore for Notifications {
    async fn notifications_list(
        &self,
        user: UserId,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Notification>> {
        read::notifications_list(&self.db, user, filter.clone(), page).await
    }

    async fn notifications_unread_count(&self, user: UserId) -> StoreResult<u64> {
        read::notifications_unread_count(&self.db, user).await
    }

    async fn notification_read(&self, user: UserId, id: NotificationId, now: Timestamp) -> StoreResult<Notification> {
        mark::notification_read(&self.db, (user, id), now).await
    }

    async fn notifications_read_all(
        &self,
        user: UserId,
        up_to: Option<NotificationId>,
        now: Timestamp,
    ) -> StoreResult<u64> {
        mark::notifications_read_all(&self.db, user, up_to, now).await
    }

    async fn notification_mutes(&self, user: UserId) -> StoreResult<MutedKinds> {
        self.db.read(async move |conn| preferences::muted_on(conn, user).await).await
    }

    async fn notification_preferences_update(
        &self,
        changes: Vec<PreferenceChange>,
        context: Context,
    ) -> StoreResult<MutedKinds> {
        preferences::notification_preferences_update(&self.db, changes, context).await
    }
}

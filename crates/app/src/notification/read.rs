//! Listing notifications and marking them as read. Reading one's own notifications is no change of the business, so marking
//! leaves no audit row.

use std::collections::HashMap;

use ofektom_domain::ids::{BusinessId, NotificationId};
use ofektom_domain::money::Currency;
use ofektom_domain::notification::{Notification, NotificationText};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::NotificationFilter;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// A notification with its text.
#[derive(Clone, Debug)]
pub struct NotificationItem {
    /// The notification.
    pub notification: Notification,
    /// The name of the business in which it happened.
    pub business_name: Option<String>,
    /// Its text, in English.
    pub text: NotificationText,
}

impl App {
    /// The caller's notifications, newest first: also those of businesses that he has left.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn notifications_list(
        &self,
        caller: &Caller,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> AppResult<Page<NotificationItem>> {
        let found = self.stores.notifications.notifications_list(caller.id(), filter, page).await?;
        Ok(Page { items: self.notifications_worded(found.items).await?, next: found.next, total: found.total })
    }

    /// How many of the caller's notifications are unread.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn notifications_unread_count(&self, caller: &Caller) -> AppResult<u64> {
        Ok(self.stores.notifications.notifications_unread_count(caller.id()).await?)
    }

    /// Marks one of the caller's notifications as read, unless it was before.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`].
    pub async fn notification_read(&self, caller: &Caller, id: NotificationId) -> AppResult<NotificationItem> {
        let read = self.stores.notifications.notification_read(caller.id(), id, self.now()).await?;
        let mut worded = self.notifications_worded(vec![read]).await?;
        worded.pop().ok_or(crate::AppError::NotFound)
    }

    /// Marks the caller's unread notifications as read, all or those up to one that he has seen; tells how many.
    ///
    /// # Errors
    /// [`ofektom_domain::refusal::Refusal::Invalid`] when that one is not his.
    pub async fn notifications_read_all(&self, caller: &Caller, up_to: Option<NotificationId>) -> AppResult<u64> {
        Ok(self.stores.notifications.notifications_read_all(caller.id(), up_to, self.now()).await?)
    }

    async fn notifications_worded(&self, notifications: Vec<Notification>) -> AppResult<Vec<NotificationItem>> {
        let mut ids: Vec<BusinessId> = notifications.iter().filter_map(|one| one.business_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = if ids.is_empty() { Vec::new() } else { self.stores.businesses.businesses_by_ids(&ids).await? };
        let businesses: HashMap<BusinessId, (String, Currency)> =
            found.into_iter().map(|business| (business.id, (business.name, business.currency))).collect();
        let worded = |notification: Notification| {
            let business = notification.business_id.and_then(|id| businesses.get(&id)).cloned();
            let (business_name, currency) = business.unzip();
            let text = notification.facts.text(currency.unwrap_or(Currency::NGN));
            NotificationItem { notification, business_name, text }
        };
        Ok(notifications.into_iter().map(worded).collect())
    }
}

//! A notification in an answer.

use ofektom_app::NotificationItem;
use serde::Serialize;
use utoipa::ToSchema;

use super::FactsView;
use crate::wire::{Id, Moment};

/// Something that the caller is told.
#[derive(Serialize, ToSchema)]
pub struct NotificationView {
    id: Id,
    /// The business in which it happened; `null` for what concerns the caller alone.
    business_id: Option<Id>,
    business_name: Option<String>,
    #[schema(example = "contribution_posted")]
    kind: &'static str,
    /// A few words in English.
    #[schema(example = "Payment received")]
    title: &'static str,
    /// One to three sentences in English. Clients that speak another language make their own from `kind` and `data`.
    body: String,
    subject: SubjectView,
    data: FactsView,
    created_at: Moment,
    /// When the caller read it; `null` while it is unread.
    read_at: Option<Moment>,
}

/// What a notification is about.
#[derive(Serialize, ToSchema)]
pub struct SubjectView {
    /// `contribution`, `savings_account`, `payment_request`, `invitation`, `session`, `bank_account` or `membership` (whose id is
    /// the member's).
    entity: &'static str,
    id: Id,
}

impl From<NotificationItem> for NotificationView {
    fn from(item: NotificationItem) -> Self {
        let notification = item.notification;
        let kind = notification.facts.kind();
        Self {
            id: notification.id.into(),
            business_id: notification.business_id.map(Id::from),
            business_name: item.business_name,
            kind: kind.as_str(),
            title: item.text.title,
            body: item.text.body,
            subject: SubjectView { entity: kind.subject().as_str(), id: notification.subject_id.into() },
            data: FactsView::of(&notification.facts),
            created_at: notification.created_at.into(),
            read_at: notification.read_at.map(Moment),
        }
    }
}

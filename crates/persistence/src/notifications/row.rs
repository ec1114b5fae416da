//! A row of `notifications`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, NotificationId, UserId};
use ofektom_domain::notification::{Notification, NotificationFacts, NotificationKind};
use serde_json::Value;
use uuid::Uuid;

use crate::engine::{Col, DbError, DbResult};
use crate::schema::notifications;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
pub(crate) struct NotificationRow {
    pub(super) user_id: Col<UserId>,
    pub(super) id: Col<NotificationId>,
    pub(super) business_id: Option<Col<BusinessId>>,
    pub(super) kind: Col<NotificationKind>,
    pub(super) subject_id: Col<Uuid>,
    pub(super) facts: Col<Value>,
    pub(super) created_at: Col<Timestamp>,
    pub(super) read_at: Option<Col<Timestamp>>,
}

impl From<&Notification> for NotificationRow {
    fn from(notification: &Notification) -> Self {
        Self {
            user_id: Col(notification.user_id),
            id: Col(notification.id),
            business_id: notification.business_id.map(Col),
            kind: Col(notification.facts.kind()),
            subject_id: Col(notification.subject_id),
            facts: Col(notification.facts.to_json()),
            created_at: Col(notification.created_at),
            read_at: notification.read_at.map(Col),
        }
    }
}

impl TryFrom<NotificationRow> for Notification {
    type Error = DbError;

    fn try_from(row: NotificationRow) -> DbResult<Self> {
        let id = row.id.0;
        let facts = NotificationFacts::from_json(row.kind.0, row.facts.0)
            .map_err(|error| DbError::Corrupt(format!("the facts of notification {id}: {error}")))?;
        Ok(Self {
            id,
            user_id: row.user_id.0,
            business_id: row.business_id.map(|business| business.0),
            subject_id: row.subject_id.0,
            facts,
            created_at: row.created_at.0,
            read_at: row.read_at.map(|at| at.0),
        })
    }
}

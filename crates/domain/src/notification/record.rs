//! A notification.

use jiff::Timestamp;
use uuid::Uuid;

use super::NotificationFacts;
use crate::ids::{BusinessId, NotificationId, UserId};

/// Days for which a notification is kept after it was read.
pub const READ_KEPT_DAYS: i64 = 90;
/// Days for which a notification is kept at all. The books keep what it tells of for ever.
pub const ALL_KEPT_DAYS: i64 = 365;

/// Something that a person is told. It is his alone, whatever becomes of his place in the business that it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The notification. Later ones have later ids.
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    /// The business in which it happened; `None` for what concerns the person alone.
    pub business_id: Option<BusinessId>,
    /// The id of what it is about; [`super::NotificationKind::subject`] says what kind of thing that is.
    pub subject_id: Uuid,
    /// What happened.
    pub facts: NotificationFacts,
    /// When.
    pub created_at: Timestamp,
    /// When the person read it.
    pub read_at: Option<Timestamp>,
}

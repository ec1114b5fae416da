//! What a person is told.

mod facts_view;
mod mark;
mod preferences;
mod query;
mod read;
mod view;

pub use facts_view::FactsView;
pub use mark::{ReadAllBody, ReadAllView, notification_read, notifications_read_all};
pub use preferences::{PreferenceView, PreferencesPatch, notification_preferences, notification_preferences_update};
pub use query::NotificationQuery;
pub use read::{UnreadCountView, notifications_list, notifications_unread_count};
pub use view::NotificationView;

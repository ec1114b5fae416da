//! Notifications: what a person is told inside the application, decided with its cause and written in its transaction.

mod facts;
mod kind;
mod notify;
mod preferences;
mod record;
mod text;

pub use facts::NotificationFacts;
pub use kind::NotificationKind;
pub use notify::{completion_notify, maturity_notify, notify, warn};
pub use preferences::{MutedKinds, PreferenceChange, preferences_decide};
pub use record::{ALL_KEPT_DAYS, Notification, READ_KEPT_DAYS};
pub use text::NotificationText;

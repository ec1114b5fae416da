//! What a person is told: his notifications and his preferences. They concern him alone, so no permission is asked.

mod preferences;
mod read;

pub use preferences::NotificationPreference;
pub use read::NotificationItem;

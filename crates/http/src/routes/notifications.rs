//! What the caller is told.

use super::Row;
use crate::handlers::notifications::{
    NotificationQuery, NotificationView, PreferenceView, PreferencesPatch, ReadAllBody, ReadAllView, UnreadCountView,
    notification_preferences, notification_preferences_update, notification_read, notifications_list,
    notifications_read_all, notifications_unread_count,
};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/api/v1/me/notifications", "notifications_list", notifications_list)
            .summary("What the caller was told, newest first")
            .query::<NotificationQuery>()
            .gives_page_of::<NotificationView>(),
        Row::get("/api/v1/me/notifications/unread-count", "notifications_unread_count", notifications_unread_count)
            .summary("How many notifications the caller has not read")
            .gives::<UnreadCountView>(200),
        Row::post("/api/v1/me/notifications/read-all", "notifications_read_all", notifications_read_all)
            .summary("Marks the caller's notifications as read, all or those up to one that he has seen")
            .takes::<ReadAllBody>()
            .gives::<ReadAllView>(200),
        Row::post("/api/v1/me/notifications/{id}/read", "notification_read", notification_read)
            .summary("Marks a notification as read")
            .gives::<NotificationView>(200),
        Row::get("/api/v1/me/notification-preferences", "notification_preferences", notification_preferences)
            .summary("Of what the caller is told: one item for each kind of notification")
            .gives_page_of::<PreferenceView>(),
        Row::patch(
            "/api/v1/me/notification-preferences",
            "notification_preferences_update",
            notification_preferences_update,
        )
        .summary("Changes of what the caller is told")
        .takes::<PreferencesPatch>()
        .gives_page_of::<PreferenceView>(),
    ]
}

//! What a person wants to be told.

use ofektom_domain::notification::{MutedKinds, NotificationKind, PreferenceChange};
use ofektom_domain::permission::Role;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// Whether a person wants to be told of a kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationPreference {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether he is told.
    pub enabled: bool,
}

impl App {
    /// The caller's preferences: one for each kind.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn notification_preferences(&self, caller: &Caller) -> AppResult<Vec<NotificationPreference>> {
        Ok(of_all_kinds(&self.stores.notifications.notification_mutes(caller.id()).await?))
    }

    /// Changes what the caller wants to be told from now on.
    ///
    /// # Errors
    /// [`ofektom_domain::refusal::Refusal::Invalid`] names each kind that cannot be turned off.
    pub async fn notification_preferences_update(
        &self,
        caller: &Caller,
        changes: Vec<PreferenceChange>,
    ) -> AppResult<Vec<NotificationPreference>> {
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        Ok(of_all_kinds(&self.stores.notifications.notification_preferences_update(changes, context).await?))
    }
}

fn of_all_kinds(muted: &MutedKinds) -> Vec<NotificationPreference> {
    let preference = |kind| NotificationPreference { kind, enabled: !muted.contains(&kind) };
    NotificationKind::ALL.into_iter().map(preference).collect()
}

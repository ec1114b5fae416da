//! One's own profile.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::people::{Email, PersonName, User};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// What a person changes of himself; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The new name.
    pub full_name: Option<PersonName>,
    /// The new e-mail address; `Some(None)` removes it.
    pub email: Option<Option<Email>>,
}

impl App {
    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// [`crate::AppError::Refused`] when nothing is named; [`crate::AppError::Store`].
    pub async fn profile_update(&self, caller: &Caller, change: ProfileChange) -> AppResult<User> {
        if change.full_name.is_none() && change.email.is_none() {
            return Err(Refusal::nothing_to_change(&["full_name", "email"]).into());
        }
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let before = caller.user.as_ref();
        let user = User {
            full_name: change.full_name.unwrap_or_else(|| before.full_name.clone()),
            email: change.email.unwrap_or_else(|| before.email.clone()),
            updated_at: context.now,
            updated_by: context.actor,
            ..before.clone()
        };
        let about = (AuditEntity::User, user.id.uuid());
        let audit = AuditRow::new(&mut context.ids(), &context, None, "user.update", about)
            .before(json!({ "full_name": before.full_name.as_str(), "email": before.email.is_some() }))
            .after(json!({ "full_name": user.full_name.as_str(), "email": user.email.is_some() }));
        self.stores.people.user_update(user.clone(), audit).await?;
        Ok(user)
    }
}

//! One's own profile.

use ofektom_domain::people::{ProfileChange, User};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

impl App {
    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// [`crate::AppError::Refused`] when nothing is named; [`crate::AppError::Store`].
    pub async fn profile_update(&self, caller: &Caller, change: ProfileChange) -> AppResult<User> {
        if change.is_empty() {
            return Err(Refusal::nothing_to_change(&["full_name", "email"]).into());
        }
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        Ok(self.stores.people.user_update(change, &context).await?)
    }
}

//! One's own profile.

use serde_json::{Value, json};

use super::{Email, PersonName, User};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;

/// What a person changes of himself; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The new name.
    pub full_name: Option<PersonName>,
    /// The new e-mail address; `Some(None)` removes it.
    pub email: Option<Option<Email>>,
}

impl ProfileChange {
    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.full_name.is_none() && self.email.is_none()
    }
}

/// Changes a person's own profile as it is stored now. Whether he may sign in is for others to say, and stays.
#[must_use]
pub fn profile_change_decide(user: &User, change: ProfileChange, context: &Context) -> (User, AuditRow) {
    let after = User {
        full_name: change.full_name.unwrap_or_else(|| user.full_name.clone()),
        email: change.email.unwrap_or_else(|| user.email.clone()),
        updated_at: context.now,
        updated_by: context.actor,
        ..user.clone()
    };
    let about = (AuditEntity::User, user.id.uuid());
    let audit =
        AuditRow::new(&mut context.ids(), context, None, "user.update", about).before(state(user)).after(state(&after));
    (after, audit)
}

fn state(user: &User) -> Value {
    json!({ "full_name": user.full_name.as_str(), "email": user.email.is_some() })
}

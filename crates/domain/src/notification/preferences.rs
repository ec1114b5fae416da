//! What a person wants to be told.

use std::collections::BTreeSet;

use serde_json::json;

use super::NotificationKind;
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::refusal::{FieldError, Refusal};

/// The kinds that a person has turned off. All others are on, those that come to exist later included.
pub type MutedKinds = BTreeSet<NotificationKind>;

/// Turns a kind on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreferenceChange {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether the person wants to be told.
    pub enabled: bool,
}

/// Decides on a change of preferences: what is turned off afterwards, and the audit row when that is not as before.
///
/// # Errors
/// [`Refusal::Invalid`] names each kind that cannot be turned off, or says that nothing is to change.
pub fn preferences_decide(
    muted: &MutedKinds,
    changes: &[PreferenceChange],
    context: &Context,
) -> Result<(MutedKinds, Option<AuditRow>), Refusal> {
    if changes.is_empty() {
        return Err(Refusal::nothing_to_change(&NotificationKind::ALL.map(NotificationKind::as_str)));
    }
    let refused = changes.iter().filter(|change| !change.enabled && change.kind.is_mandatory());
    let error = |change: &PreferenceChange| FieldError::new(change.kind.as_str(), "mandatory", "cannot be turned off");
    let errors: Vec<FieldError> = refused.map(error).collect();
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    let mut after = muted.clone();
    for change in changes {
        if change.enabled {
            after.remove(&change.kind);
        } else {
            after.insert(change.kind);
        }
    }
    let about = (AuditEntity::User, context.actor.uuid());
    let audit = (after != *muted).then(|| {
        AuditRow::new(&mut context.ids(), context, None, "notification_preferences.update", about)
            .before(json!({ "muted": muted }))
            .after(json!({ "muted": after }))
    });
    Ok((after, audit))
}

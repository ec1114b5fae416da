//! Sign-ins that the person himself should hear of.

use ofektom_auth::Origin;
use ofektom_domain::people::{Suspicion, User};

use crate::app::App;

impl App {
    /// What follows on a suspicious sign-in, once it is in the audit trail and the person is told.
    pub(crate) fn sign_in_suspicious(&self, user: &User, suspicion: Suspicion, origin: &Origin) {
        tracing::warn!(
            user.id = %user.id,
            request.id = origin.request_id.as_deref(),
            reason = suspicion.as_str(),
            "a sign-in is suspicious"
        );
    }
}

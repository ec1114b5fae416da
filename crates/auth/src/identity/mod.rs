//! Who someone is, from his bearer token: without I/O while what is known of him is fresh.

mod authenticator;
mod flights;
mod keys;
mod levels;
#[cfg(test)]
mod tests;
mod verified;

use std::sync::Arc;

use ofektom_domain::business::Membership;
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::User;

pub use authenticator::Authenticator;
pub use keys::{MembershipsKey, SessionKey, SessionLife, UserKey, session_tag, user_tag};
pub use verified::VerifiedStats;

pub(crate) use levels::Levels;
pub(crate) use verified::VerifiedTokens;

/// A signed-in person. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The person.
    pub user: Arc<User>,
    /// The session he signed in with.
    pub session_id: SessionId,
    /// His memberships, of any status.
    pub memberships: Arc<[Membership]>,
}

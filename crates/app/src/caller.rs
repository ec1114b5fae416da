//! Who calls, and from where.

use std::sync::Arc;

use ofektom_auth::Origin;
use ofektom_domain::business::{Membership, MembershipStatus};
use ofektom_domain::ids::{BusinessId, SessionId, UserId};
use ofektom_domain::people::{PlatformRole, User};
use ofektom_domain::permission::Role;

/// A signed-in person at the moment of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user: Arc<User>,
    /// The session he signed in with.
    pub session_id: SessionId,
    /// His memberships, of any status.
    pub memberships: Arc<[Membership]>,
    /// Where the request came from.
    pub origin: Origin,
}

impl Caller {
    /// The person's id.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// The memberships that count.
    pub fn active_memberships(&self) -> impl Iterator<Item = &Membership> {
        self.memberships.iter().filter(|membership| membership.status == MembershipStatus::Active)
    }

    /// The role in which he acts in a business: his membership's, or the platform's. `None` to whom the business does not
    /// exist.
    #[must_use]
    pub fn role_in(&self, business: BusinessId) -> Option<Role> {
        let member = self.active_memberships().find(|membership| membership.business_id == business);
        match (member, self.user.platform_role) {
            (Some(membership), _) => Some(membership.role),
            (None, PlatformRole::SuperAdmin) => Some(Role::SuperAdmin),
            (None, PlatformRole::None) => None,
        }
    }
}

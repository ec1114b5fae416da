//! Who calls, and from where.

use std::sync::Arc;

use ofektom_auth::Origin;
use ofektom_domain::business::{Membership, MembershipStatus};
use ofektom_domain::ids::{BusinessId, SessionId, UnitId, UserId};
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

    /// The role in which he acts in a business: the platform's before a membership's, so that whoever runs the platform
    /// never moves a business's money. `None` to whom the business does not exist.
    #[must_use]
    pub fn role_in(&self, business: BusinessId) -> Option<Role> {
        if self.is_super_admin() {
            return Some(Role::SuperAdmin);
        }
        self.active_memberships()
            .find(|membership| membership.business_id == business)
            .map(|membership| membership.role)
    }

    /// His unit in a business, while his membership counts.
    #[must_use]
    pub fn unit_in(&self, business: BusinessId) -> Option<UnitId> {
        let membership = self.active_memberships().find(|membership| membership.business_id == business);
        membership.map(|membership| membership.unit_id)
    }

    /// Whether he runs the platform.
    #[must_use]
    pub fn is_super_admin(&self) -> bool {
        self.user.platform_role == PlatformRole::SuperAdmin
    }
}

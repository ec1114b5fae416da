//! Who belongs to a business, in which role.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{BusinessId, UnitId, UserId};
use crate::permission::Role;

/// Whether a membership counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MembershipStatus {
    /// It counts.
    Active,
    /// Stopped by the business: the business does not exist for the person meanwhile.
    Suspended,
    /// The person left.
    Left,
}

impl MembershipStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Left];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }
}

/// A person's place in a business. A person has one place in each business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The business.
    pub business_id: BusinessId,
    /// Its name, for the person's own list.
    pub business_name: String,
    /// The person.
    pub user_id: UserId,
    /// His role there. Never [`Role::SuperAdmin`].
    pub role: Role,
    /// His unit.
    pub unit_id: UnitId,
    /// Whether it counts.
    pub status: MembershipStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

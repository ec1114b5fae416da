//! Businesses, their units, members and policy.

mod invitation;
mod invite;
mod join_code;
mod member_change;
mod membership;
mod policy;
mod settings;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use invitation::{INVITATION_HOURS, Invitation, InvitationStatus};
pub use invite::{
    InvitationAnswer, InvitationAnswered, InvitationTerms, invitation_answer_decide, invitation_notify,
    invitation_revoke_decide, invite_decide, invited_role_check,
};
pub use join_code::{InvalidJoinCode, JoinCode};
pub use member_change::{MemberChange, MemberUse, leave_decide, member_change_decide};
pub use membership::{Membership, MembershipStatus};
pub use policy::{Policy, PolicyChange};
pub use settings::{BusinessChange, business_change_decide, join_code_renew_decide};

use crate::calendar::business_day;
use crate::ids::{BusinessId, UnitId, UserId};
use crate::money::Currency;

/// Whether a business trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BusinessStatus {
    /// It trades.
    Active,
    /// Stopped by the platform: reading only.
    Suspended,
    /// It has ended: reading only.
    Closed,
}

impl BusinessStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Closed];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
}

/// A savings business: the tenant. Businesses never see each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// The business.
    pub id: BusinessId,
    /// Its name, 1 to 120 characters.
    pub name: String,
    /// The code by which customers join.
    pub join_code: JoinCode,
    /// The agent who owns it.
    pub owner_id: UserId,
    /// The currency of all its books.
    pub currency: Currency,
    /// Its time zone (IANA name): decides which day it is.
    pub time_zone: String,
    /// Its rules.
    pub policy: Policy,
    /// Whether it trades.
    pub status: BusinessStatus,
    /// The unit of whoever is given no other.
    pub default_unit_id: UnitId,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

impl Business {
    /// The business's day at an instant.
    #[must_use]
    pub fn day_at(&self, now: Timestamp) -> Date {
        // The zone was checked when it was set; a zone that a later time-zone database dropped falls back to UTC.
        business_day(now, &TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC))
    }

    /// The instant at which a day of the business begins. `None` at the ends of time.
    #[must_use]
    pub fn day_start(&self, day: Date) -> Option<Timestamp> {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let midnight = day.at(0, 0, 0, 0);
        zone.to_ambiguous_timestamp(midnight).compatible().ok()
    }
}

/// A branch or route of a business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The unit.
    pub id: UnitId,
    /// The business it belongs to.
    pub business_id: BusinessId,
    /// Its name, unique in the business.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

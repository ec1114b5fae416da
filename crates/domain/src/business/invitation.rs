//! An invitation to a business, sent to a phone number.

use std::fmt;

use jiff::{Timestamp, ToSpan};

use crate::ids::{BusinessId, InvitationId, UnitId, UserId};
use crate::permission::Role;
use crate::phone::PhoneNumber;

/// How long an invitation may be answered, in hours.
pub const INVITATION_HOURS: i64 = 24;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStatus {
    /// It may be answered.
    Pending,
    /// The person belongs to the business.
    Accepted,
    /// The person does not want to.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// The business withdrew it.
    Revoked,
}

impl InvitationStatus {
    /// All statuses.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Accepted, Self::Rejected, Self::Expired, Self::Revoked];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for InvitationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An invitation. Its token is known to whoever gets the message, and stored as a hash beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// The business that invites.
    pub business_id: BusinessId,
    /// Its name, for the invited person.
    pub business_name: String,
    /// Who is invited: the person with this number, whether he has an account or not.
    pub phone: PhoneNumber,
    /// As what. Never [`Role::Agent`] or [`Role::SuperAdmin`].
    pub role: Role,
    /// Into which unit.
    pub unit_id: UnitId,
    /// What has become of it, as it is stored; one that nobody answered may still say pending.
    pub status: InvitationStatus,
    /// From when it cannot be answered any more.
    pub expires_at: Timestamp,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Who sent it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

impl Invitation {
    /// When an invitation of `now` expires.
    #[must_use]
    pub fn expiry_from(now: Timestamp) -> Timestamp {
        now.checked_add(INVITATION_HOURS.hours()).unwrap_or(Timestamp::MAX)
    }

    /// What has become of it by `now`: time alone makes a pending one expired.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> InvitationStatus {
        if self.status == InvitationStatus::Pending && now >= self.expires_at {
            return InvitationStatus::Expired;
        }
        self.status
    }

    /// The invitation as it is at `now`.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        Self { status: self.status_at(now), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pending_invitation_expires() {
        let now = Timestamp::from_second(1_750_000_000).unwrap();
        let expires_at = Invitation::expiry_from(now);
        assert_eq!(expires_at.duration_since(now).as_secs(), 24 * 3_600);
        let before = expires_at.checked_sub(1.microsecond()).unwrap();
        for status in InvitationStatus::ALL {
            let invitation = invitation(status, expires_at);
            assert_eq!(invitation.status_at(before), status);
            let late = if status == InvitationStatus::Pending { InvitationStatus::Expired } else { status };
            assert_eq!(invitation.as_of(expires_at).status, late);
        }
    }

    fn invitation(status: InvitationStatus, expires_at: Timestamp) -> Invitation {
        let nil = uuid::Uuid::nil();
        Invitation {
            id: nil.into(),
            business_id: nil.into(),
            business_name: "Sunrise Thrift".to_owned(),
            phone: "08012345678".parse().unwrap(),
            role: Role::Customer,
            unit_id: nil.into(),
            status,
            expires_at,
            created_at: expires_at,
            created_by: nil.into(),
            updated_at: expires_at,
            updated_by: nil.into(),
        }
    }
}

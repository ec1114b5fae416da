//! A person: one user, known by a phone number.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CredentialKind, Email, PersonName};
use crate::ids::UserId;
use crate::phone::PhoneNumber;

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserStatus {
    /// Registered by someone else; no secret yet.
    Pending,
    /// May sign in.
    Active,
    /// Stopped by the platform.
    Suspended,
}

impl UserStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Active, Self::Suspended];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// A role on the platform itself, outside any business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlatformRole {
    /// No role: most people.
    None,
    /// Runs the platform.
    SuperAdmin,
}

impl PlatformRole {
    /// All roles.
    pub const ALL: [Self; 2] = [Self::None, Self::SuperAdmin];

    /// The name in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SuperAdmin => "super_admin",
        }
    }
}

/// A person. The secret's hash is not part of it: it stays between the store and the hasher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The person's id.
    pub id: UserId,
    /// The phone number that names him.
    pub phone: PhoneNumber,
    /// His full name.
    pub full_name: PersonName,
    /// His e-mail address.
    pub email: Option<Email>,
    /// What he signs in with.
    pub credential: CredentialKind,
    /// His role on the platform.
    pub platform_role: PlatformRole,
    /// Whether he may sign in.
    pub status: UserStatus,
    /// When he was registered.
    pub created_at: Timestamp,
    /// Who registered him; himself when he signed up.
    pub created_by: UserId,
    /// When he was last changed.
    pub updated_at: Timestamp,
    /// Who changed him last.
    pub updated_by: UserId,
}

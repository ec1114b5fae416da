//! People.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::business::{JoinCode, Membership};
use crate::context::Context;
use crate::ids::UserId;
use crate::people::{Activation, PersonName, ProfileChange, TokenHash, User};
use crate::phone::PhoneNumber;

/// The hash of a secret in PHC string format. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(pub String);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A person to add, with what comes with him.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The person.
    pub user: User,
    /// The hash of his secret; `None` while he has none.
    pub secret: Option<SecretHash>,
    /// A membership to add in the same transaction.
    pub membership: Option<Membership>,
    /// The code by which he joins; `None` when the business registers him.
    pub code: Option<JoinCode>,
    /// An activation to add in the same transaction.
    pub activation: Option<Activation>,
    /// Audit rows of it all.
    pub audit: Vec<AuditRow>,
}

/// Stores people.
#[async_trait]
pub trait PeopleStore: Send + Sync {
    /// Adds a person. `Conflict(Phone)` when the number has one; `NotFound` when the code is not the business's any more, or
    /// it does not trade; `Refused` when it does not trade and registers him.
    async fn user_create(&self, new: NewUser) -> StoreResult<()>;

    /// A person and the hash of his secret, by phone number.
    async fn user_by_phone(&self, phone: &PhoneNumber) -> StoreResult<Option<(User, Option<SecretHash>)>>;

    /// A person.
    async fn user_by_id(&self, id: UserId) -> StoreResult<Option<User>>;

    /// Whom an activation token activates, while it may be used.
    async fn activation_user(&self, token: TokenHash, now: Timestamp) -> StoreResult<Option<User>>;

    /// Uses up an activation token: sets the secret and, when given, the name, and makes the person active.
    /// `NotFound` when the token is unknown, used or too old.
    async fn user_activate(
        &self,
        token: TokenHash,
        secret: SecretHash,
        full_name: Option<PersonName>,
        audit: AuditRow,
    ) -> StoreResult<User>;

    /// Gives a person who is not active yet a new activation token in place of all earlier ones, and adds the membership
    /// if he has none in its business. `Conflict(Phone)` when he is active meanwhile.
    async fn activation_renew(
        &self,
        activation: Activation,
        membership: Membership,
        audit: AuditRow,
    ) -> StoreResult<()>;

    /// Replaces the stored hash of an unchanged secret (newer parameters or pepper), unless it changed meanwhile.
    async fn user_rehash(&self, id: UserId, old: SecretHash, new: SecretHash) -> StoreResult<()>;

    /// Adds a super admin; for the command on the server. `Conflict(Phone)` when the number has a person.
    async fn super_admin_create(&self, user: User, secret: SecretHash, audit: AuditRow) -> StoreResult<()>;

    /// Changes the actor's own profile by [`crate::people::profile_change_decide`], as it is at that moment: what somebody
    /// else changes meanwhile stays, his status before all. `NotFound`.
    async fn user_update(&self, change: ProfileChange, context: &Context) -> StoreResult<User>;
}

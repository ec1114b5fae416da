//! People: who they are, how they sign in, how they are activated.

mod activation;
mod create;
mod fold;
mod read;
mod row;
mod update;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::Membership;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{Activation, PersonName, ProfileChange, TokenHash, User};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{NewUser, PeopleStore, SecretHash, StoreResult};

use crate::engine::Db;

pub(crate) use fold::names_fold_on;
pub(crate) use read::{user_by_id_on, user_id_by_phone_on, user_lock_in_tx};
pub(crate) use row::{NewUserRow, UserRow};

/// The people of the platform.
#[derive(Clone, Debug)]
pub struct People {
    db: Db,
}

impl People {
    /// People in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PeopleStore for People {
    async fn user_create(&self, new: NewUser) -> StoreResult<()> {
        create::user_create(&self.db, new).await
    }

    async fn user_by_phone(&self, phone: &PhoneNumber) -> StoreResult<Option<(User, Option<SecretHash>)>> {
        read::user_by_phone(&self.db, phone.clone()).await
    }

    async fn user_by_id(&self, id: UserId) -> StoreResult<Option<User>> {
        read::user_by_id(&self.db, id).await
    }

    async fn activation_user(&self, token: TokenHash, now: Timestamp) -> StoreResult<Option<User>> {
        activation::activation_user(&self.db, token, now).await
    }

    async fn user_activate(
        &self,
        token: TokenHash,
        secret: SecretHash,
        full_name: Option<PersonName>,
        audit: AuditRow,
    ) -> StoreResult<User> {
        activation::user_activate(&self.db, token, secret, full_name, audit).await
    }

    async fn activation_renew(
        &self,
        activation: Activation,
        membership: Membership,
        audit: AuditRow,
    ) -> StoreResult<()> {
        activation::activation_renew(&self.db, activation, membership, audit).await
    }

    async fn user_rehash(&self, id: UserId, old: SecretHash, new: SecretHash) -> StoreResult<()> {
        update::user_rehash(&self.db, id, old, new).await
    }

    async fn super_admin_create(&self, user: User, secret: SecretHash, audit: AuditRow) -> StoreResult<()> {
        create::super_admin_create(&self.db, user, secret, audit).await
    }

    async fn user_update(&self, change: ProfileChange, context: &Context) -> StoreResult<User> {
        update::user_update(&self.db, change, context.clone()).await
    }
}

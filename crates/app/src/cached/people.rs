//! People who change.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_auth::user_tag;
use ofektom_cache::Caches;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::Membership;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{Activation, PersonName, ProfileChange, TokenHash, User};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{NewUser, PeopleStore, SecretHash, StoreResult};

use super::after::ending;
use super::tags::ALL_NAMES;

/// Ends the copies of people who change. What is read is for authentication to keep.
pub(super) struct CachedPeople {
    store: Arc<dyn PeopleStore>,
    caches: Caches,
}

impl CachedPeople {
    pub fn new(store: Arc<dyn PeopleStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl PeopleStore for CachedPeople {
    async fn user_create(&self, new: NewUser) -> StoreResult<()> {
        let (store, user) = (Arc::clone(&self.store), new.user.id);
        ending(&self.caches, async move { store.user_create(new).await }, move |_| vec![user_tag(user)]).await
    }

    async fn user_by_phone(&self, phone: &PhoneNumber) -> StoreResult<Option<(User, Option<SecretHash>)>> {
        self.store.user_by_phone(phone).await
    }

    async fn user_by_id(&self, id: UserId) -> StoreResult<Option<User>> {
        self.store.user_by_id(id).await
    }

    async fn activation_user(&self, token: TokenHash, now: Timestamp) -> StoreResult<Option<User>> {
        self.store.activation_user(token, now).await
    }

    async fn user_activate(
        &self,
        token: TokenHash,
        secret: SecretHash,
        full_name: Option<PersonName>,
        audit: AuditRow,
    ) -> StoreResult<User> {
        let store = Arc::clone(&self.store);
        let change = async move { store.user_activate(token, secret, full_name, audit).await };
        ending(&self.caches, change, |user| user.map_or_else(Vec::new, |user| vec![user_tag(user.id), ALL_NAMES])).await
    }

    async fn activation_renew(
        &self,
        activation: Activation,
        membership: Membership,
        audit: AuditRow,
    ) -> StoreResult<()> {
        let (store, user) = (Arc::clone(&self.store), membership.user_id);
        let change = async move { store.activation_renew(activation, membership, audit).await };
        ending(&self.caches, change, move |_| vec![user_tag(user)]).await
    }

    /// The secret is the same, and no copy has its hash.
    async fn user_rehash(&self, id: UserId, old: SecretHash, new: SecretHash) -> StoreResult<()> {
        self.store.user_rehash(id, old, new).await
    }

    async fn super_admin_create(&self, user: User, secret: SecretHash, audit: AuditRow) -> StoreResult<()> {
        let (store, id) = (Arc::clone(&self.store), user.id);
        let change = async move { store.super_admin_create(user, secret, audit).await };
        ending(&self.caches, change, move |_| vec![user_tag(id)]).await
    }

    async fn user_update(&self, change: ProfileChange, context: &Context) -> StoreResult<User> {
        let (store, context, user) = (Arc::clone(&self.store), context.clone(), context.actor);
        let change = async move { store.user_update(change, &context).await };
        ending(&self.caches, change, move |_| vec![user_tag(user), ALL_NAMES]).await
    }
}

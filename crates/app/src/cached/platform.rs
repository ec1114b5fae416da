//! People and businesses that the platform stops, or lets go on.

use std::sync::Arc;

use async_trait::async_trait;
use ofektom_auth::user_tag;
use ofektom_cache::Caches;
use ofektom_domain::business::BusinessStatus;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::{User, UserStatus};
use ofektom_domain::ports::{BusinessFilter, OwnedBusiness, PlatformStore, StoreResult, UserFilter};

use super::after::ending;
use super::tags::business_tag;

/// Ends the copies of whom and what the platform stops.
pub(super) struct CachedPlatform {
    store: Arc<dyn PlatformStore>,
    caches: Caches,
}

impl CachedPlatform {
    pub fn new(store: Arc<dyn PlatformStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl PlatformStore for CachedPlatform {
    async fn users_list(&self, filter: &UserFilter, page: PageRequest) -> StoreResult<Page<User>> {
        self.store.users_list(filter, page).await
    }

    async fn user_status_set(&self, id: UserId, to: UserStatus, context: &Context) -> StoreResult<User> {
        let (store, context) = (Arc::clone(&self.store), context.clone());
        let change = async move { store.user_status_set(id, to, &context).await };
        ending(&self.caches, change, move |_| vec![user_tag(id)]).await
    }

    async fn businesses_search(&self, filter: &BusinessFilter, page: PageRequest) -> StoreResult<Page<OwnedBusiness>> {
        self.store.businesses_search(filter, page).await
    }

    async fn business_status_set(
        &self,
        id: BusinessId,
        to: BusinessStatus,
        context: &Context,
    ) -> StoreResult<OwnedBusiness> {
        let (store, context) = (Arc::clone(&self.store), context.clone());
        let change = async move { store.business_status_set(id, to, &context).await };
        ending(&self.caches, change, move |_| vec![business_tag(id)]).await
    }
}

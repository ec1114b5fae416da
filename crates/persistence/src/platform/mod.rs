//! The platform's people and businesses, for whoever runs it. What is looked up here has no business in its keys.

mod businesses;
mod users;

use async_trait::async_trait;
use ofektom_domain::business::BusinessStatus;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::{User, UserStatus};
use ofektom_domain::ports::{BusinessFilter, OwnedBusiness, PlatformStore, StoreResult, UserFilter};

use crate::engine::Db;

/// The whole platform.
#[derive(Clone, Debug)]
pub struct Platform {
    db: Db,
}

impl Platform {
    /// The platform in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PlatformStore for Platform {
    async fn users_list(&self, filter: &UserFilter, page: PageRequest) -> StoreResult<Page<User>> {
        users::users_list(&self.db, filter.clone(), page).await
    }

    async fn user_status_set(&self, id: UserId, to: UserStatus, context: &Context) -> StoreResult<User> {
        users::user_status_set(&self.db, id, to, context.clone()).await
    }

    async fn businesses_search(&self, filter: &BusinessFilter, page: PageRequest) -> StoreResult<Page<OwnedBusiness>> {
        businesses::businesses_search(&self.db, filter.clone(), page).await
    }

    async fn business_status_set(
        &self,
        id: BusinessId,
        to: BusinessStatus,
        context: &Context,
    ) -> StoreResult<OwnedBusiness> {
        businesses::business_status_set(&self.db, id, to, context.clone()).await
    }
}

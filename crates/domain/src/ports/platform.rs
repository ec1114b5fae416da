//! The platform's people and businesses, for whoever runs it.

use async_trait::async_trait;

use super::StoreResult;
use crate::business::{Business, BusinessStatus};
use crate::context::Context;
use crate::ids::{BusinessId, UserId};
use crate::page::{Page, PageRequest};
use crate::people::{User, UserStatus};
use crate::search::SearchText;

/// Which people.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Only this status.
    pub status: Option<UserStatus>,
    /// Only names that contain this text, in any case, or phone numbers that contain its digits.
    pub search: Option<SearchText>,
}

/// Which businesses.
#[derive(Clone, Debug, Default)]
pub struct BusinessFilter {
    /// Only this status.
    pub status: Option<BusinessStatus>,
    /// Only names that contain this text, in any case, or the business with this join code.
    pub search: Option<String>,
}

/// A business with its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedBusiness {
    /// The business.
    pub business: Business,
    /// Who owns it.
    pub owner: User,
}

/// Looks over the whole platform. Callers check first that the person runs it.
#[async_trait]
pub trait PlatformStore: Send + Sync {
    /// People, newest first.
    async fn users_list(&self, filter: &UserFilter, page: PageRequest) -> StoreResult<Page<User>>;

    /// Decides a person's status by [`crate::platform::user_status_decide`]. A suspended one has no sessions and no reset
    /// code any more. Of several who run the platform and suspend one another at once, one stays. `NotFound`.
    async fn user_status_set(&self, id: UserId, to: UserStatus, context: &Context) -> StoreResult<User>;

    /// Businesses with their owners, newest first.
    async fn businesses_search(&self, filter: &BusinessFilter, page: PageRequest) -> StoreResult<Page<OwnedBusiness>>;

    /// Decides a business's status by [`crate::platform::business_status_decide`]. `NotFound`.
    async fn business_status_set(
        &self,
        id: BusinessId,
        to: BusinessStatus,
        context: &Context,
    ) -> StoreResult<OwnedBusiness>;
}

//! Running the platform: its people and businesses, but not their money.

use ofektom_domain::business::BusinessStatus;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::{User, UserStatus};
use ofektom_domain::permission::{Reach, Role, Verb, reach};
use ofektom_domain::ports::{BusinessFilter, OwnedBusiness, UserFilter};

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

impl App {
    /// The platform's people, newest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever does not run the platform.
    pub async fn platform_users_list(
        &self,
        caller: &Caller,
        filter: &UserFilter,
        page: PageRequest,
    ) -> AppResult<Page<User>> {
        self.grant_platform(caller, Verb::PlatformUsers)?;
        Ok(self.stores.platform.users_list(filter, page).await?)
    }

    /// Suspends a person, whose sessions end at once, or lets him in again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`]; [`AppError::Refused`] for himself, for the last who runs the
    /// platform, and for someone who has not activated his account.
    pub async fn platform_user_update(&self, caller: &Caller, id: UserId, to: UserStatus) -> AppResult<User> {
        let context = self.grant_platform(caller, Verb::PlatformUsers)?;
        Ok(self.stores.platform.user_status_set(id, to, &context).await?)
    }

    /// The platform's businesses with their owners, newest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever does not run the platform.
    pub async fn platform_businesses_list(
        &self,
        caller: &Caller,
        filter: &BusinessFilter,
        page: PageRequest,
    ) -> AppResult<Page<OwnedBusiness>> {
        self.grant_platform(caller, Verb::PlatformBusinesses)?;
        Ok(self.stores.platform.businesses_search(filter, page).await?)
    }

    /// Suspends a business, so that its people can read and nothing else; closes one in which nothing is open; or lets it
    /// trade again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`]; [`AppError::Refused`] for closing while cards or payment requests
    /// are open.
    pub async fn platform_business_update(
        &self,
        caller: &Caller,
        id: BusinessId,
        to: BusinessStatus,
    ) -> AppResult<OwnedBusiness> {
        let context = self.grant_platform(caller, Verb::PlatformBusinesses)?;
        Ok(self.stores.platform.business_status_set(id, to, &context).await?)
    }

    /// Permission for something of the platform itself.
    fn grant_platform(&self, caller: &Caller, verb: Verb) -> AppResult<Context> {
        if !caller.is_super_admin() || reach(verb, Role::SuperAdmin) != Reach::Platform {
            return Err(AppError::Forbidden);
        }
        Ok(self.context(caller.id(), Role::SuperAdmin, &caller.origin))
    }
}

//! Running the platform.

mod businesses;
mod users;

pub use businesses::{
    AdminBusinessView, BusinessStatusPatch, BusinessesQuery, platform_business_update, platform_businesses_list,
};
pub use users::{UserStatusPatch, UsersQuery, platform_user_update, platform_users_list};

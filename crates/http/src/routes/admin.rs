//! Running the platform.

use super::Row;
use crate::handlers::admin::{
    AdminBusinessView, BusinessStatusPatch, BusinessesQuery, UserStatusPatch, UsersQuery, platform_business_update,
    platform_businesses_list, platform_user_update, platform_users_list,
};
use crate::handlers::auth::UserView;
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/api/v1/admin/users", "platform_users_list", platform_users_list)
            .platform()
            .summary("The platform's people")
            .query::<UsersQuery>()
            .gives_page_of::<UserView>(),
        Row::patch("/api/v1/admin/users/{id}", "platform_user_update", platform_user_update)
            .platform()
            .summary("Suspends a person, whose sessions end at once, or lets him in again")
            .takes::<UserStatusPatch>()
            .gives::<UserView>(200)
            .refuses(&[kind::NOT_ACTIVATED, kind::OWN_ACCOUNT, kind::LAST_SUPER_ADMIN]),
        Row::get("/api/v1/admin/businesses", "platform_businesses_list", platform_businesses_list)
            .platform()
            .summary("The platform's businesses with their owners")
            .query::<BusinessesQuery>()
            .gives_page_of::<AdminBusinessView>(),
        Row::patch("/api/v1/admin/businesses/{id}", "platform_business_update", platform_business_update)
            .platform()
            .summary("Suspends a business (reading only), closes one in which nothing is open, or lets it trade again")
            .takes::<BusinessStatusPatch>()
            .gives::<AdminBusinessView>(200)
            .refuses(&[kind::BUSINESS_IN_USE]),
    ]
}

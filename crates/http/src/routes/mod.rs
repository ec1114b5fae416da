//! The table of routes: what exists, who may call it, what it takes, gives and refuses. The router, the OpenAPI document
//! and the authorization matrix are made from it, so a route cannot exist without a row.

mod admin;
mod auth;
mod books;
mod businesses;
mod contributions;
mod imports;
mod me;
mod mount;
mod notifications;
mod payouts;
mod rounds;
mod row;
mod savings;
mod system;

use std::sync::LazyLock;

pub use mount::{mount, not_found};
pub use row::{Access, Reply, Row};

/// The path of everything but the system's own routes.
pub const BASE: &str = "/api/v1";

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let areas = [
        system::rows(),
        auth::rows(),
        me::rows(),
        notifications::rows(),
        businesses::rows(),
        savings::rows(),
        contributions::rows(),
        payouts::rows(),
        rounds::rows(),
        books::rows(),
        imports::rows(),
        admin::rows(),
    ];
    areas.into_iter().flatten().collect()
});

/// All routes.
#[must_use]
pub fn table() -> &'static [Row] {
    &TABLE
}

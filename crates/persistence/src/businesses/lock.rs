//! Holding and locking what belongs to a business, from here to the end of the transaction.
//!
//! Whoever adds something *holds* what it depends on, as a foreign key does: many may hold at once. Whoever ends it *locks* it
//! and waits for all who hold it; who comes later sees what he left. The order is business, person, membership, unit. On SQLite
//! a write is alone anyway.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::{Business, MembershipStatus};
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::ports::{StoreError, StoreResult};

use super::row::BusinessRow;
use crate::engine::{Col, Conn, DbResult};
use crate::schema::{businesses, memberships, units};

/// Locks a business to change whether it trades, or its code. `NotFound`.
pub(crate) async fn business_lock_in_tx(conn: &mut Conn, id: BusinessId) -> DbResult<Business> {
    let it = businesses::table.find(Col(id));
    let found = match conn {
        Conn::Pg(c) => {
            let query = it.select(BusinessRow::as_select()).for_update();
            query.first::<BusinessRow>(&mut **c).await.optional()?
        }
        Conn::Lite(c) => it.select(BusinessRow::as_select()).first::<BusinessRow>(&mut **c).await.optional()?,
    };
    Ok(business(found)?)
}

/// Locks a business to change its settings: whoever holds it goes on. `NotFound`.
pub(super) async fn business_settings_lock_in_tx(conn: &mut Conn, id: BusinessId) -> DbResult<Business> {
    let it = businesses::table.find(Col(id));
    let found = match conn {
        Conn::Pg(c) => {
            let query = it.select(BusinessRow::as_select()).for_no_key_update();
            query.first::<BusinessRow>(&mut **c).await.optional()?
        }
        Conn::Lite(c) => it.select(BusinessRow::as_select()).first::<BusinessRow>(&mut **c).await.optional()?,
    };
    Ok(business(found)?)
}

/// Holds a business: it trades on, and keeps its code, until the transaction ends. `NotFound`.
pub(crate) async fn business_hold_in_tx(conn: &mut Conn, id: BusinessId) -> DbResult<Business> {
    let it = businesses::table.find(Col(id));
    let found = match conn {
        Conn::Pg(c) => {
            let query = it.select(BusinessRow::as_select()).for_key_share();
            query.first::<BusinessRow>(&mut **c).await.optional()?
        }
        Conn::Lite(c) => it.select(BusinessRow::as_select()).first::<BusinessRow>(&mut **c).await.optional()?,
    };
    Ok(business(found)?)
}

fn business(found: Option<BusinessRow>) -> StoreResult<Business> {
    found.map(Business::from).ok_or(StoreError::NotFound)
}

/// Locks a membership to change it. `NotFound`.
pub(super) async fn membership_lock_in_tx(conn: &mut Conn, business: BusinessId, user: UserId) -> DbResult<()> {
    let query = memberships::table.find((Col(business), Col(user))).select(memberships::user_id);
    let found = match conn {
        Conn::Pg(c) => query.for_update().first::<Col<UserId>>(&mut **c).await.optional()?,
        Conn::Lite(c) => query.first::<Col<UserId>>(&mut **c).await.optional()?,
    };
    found.map(drop).ok_or_else(|| StoreError::NotFound.into())
}

/// Holds the memberships of some people, and tells how many of them are active members.
pub(crate) async fn members_hold_in_tx(conn: &mut Conn, business: BusinessId, people: &[UserId]) -> DbResult<usize> {
    let query = memberships::table
        .filter(memberships::business_id.eq(Col(business)))
        .filter(memberships::user_id.eq_any(people.iter().copied().map(Col)))
        .order(memberships::user_id)
        .select(memberships::status);
    let found = match conn {
        Conn::Pg(c) => query.for_key_share().load::<Col<MembershipStatus>>(&mut **c).await?,
        Conn::Lite(c) => query.load::<Col<MembershipStatus>>(&mut **c).await?,
    };
    Ok(found.into_iter().filter(|status| status.0 == MembershipStatus::Active).count())
}

/// Holds a unit; whether there is one.
pub(crate) async fn unit_hold_in_tx(conn: &mut Conn, business: BusinessId, id: UnitId) -> DbResult<bool> {
    let query = units::table.find((Col(business), Col(id))).select(units::id);
    let found = match conn {
        Conn::Pg(c) => query.for_key_share().first::<Col<UnitId>>(&mut **c).await.optional()?,
        Conn::Lite(c) => query.first::<Col<UnitId>>(&mut **c).await.optional()?,
    };
    Ok(found.is_some())
}

/// Locks a unit to remove it; whether there is one.
pub(super) async fn unit_lock_in_tx(conn: &mut Conn, business: BusinessId, id: UnitId) -> DbResult<bool> {
    let query = units::table.find((Col(business), Col(id))).select(units::id);
    let found = match conn {
        Conn::Pg(c) => query.for_update().first::<Col<UnitId>>(&mut **c).await.optional()?,
        Conn::Lite(c) => query.first::<Col<UnitId>>(&mut **c).await.optional()?,
    };
    Ok(found.is_some())
}

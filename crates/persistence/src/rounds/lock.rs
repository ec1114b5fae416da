//! Locking collectors' cash, and reading whether and from which day on it may move.

use std::collections::HashMap;

use diesel::prelude::{OptionalExtension as _, QueryDsl as _};
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};
use diesel_async::AsyncPgConnection;
use jiff::civil::Date;
use ofektom_domain::business::MembershipStatus;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::permission::Role;

use crate::effects::Among;
use crate::engine::{Col, Conn, DbResult, Uid};
use crate::schema::memberships;

/// Names a collector within all businesses.
pub(crate) type CashKey = (BusinessId, UserId);

/// What a membership says of its person's cash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CashState {
    /// The last day on which it is counted.
    pub(crate) closed_until: Option<Date>,
    /// Whether he has left, is suspended, or does not work for the business any more. It may have happened after he was let
    /// in to do what is done now.
    pub(crate) stopped: bool,
}

/// What is read of a membership for its person's cash.
pub(crate) type CashRow = (Col<BusinessId>, Col<UserId>, Col<Role>, Col<MembershipStatus>, Option<Col<Date>>);

type StateColumns = (
    memberships::business_id,
    memberships::user_id,
    memberships::role,
    memberships::status,
    memberships::cash_closed_until,
);

const COLUMNS: StateColumns = (
    memberships::business_id,
    memberships::user_id,
    memberships::role,
    memberships::status,
    memberships::cash_closed_until,
);

/// Holds collectors' cash shared until the end of the transaction, in the order of their keys, and tells its state. Whoever is
/// no member is left out. Take the locks of cards first.
pub(crate) async fn cash_locks_in_tx(conn: &mut Conn, keys: Vec<CashKey>) -> DbResult<HashMap<CashKey, CashState>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<CashRow> = match conn {
        Conn::Pg(conn) => cash_lock_pg(conn, &keys).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| cash_rows_lite(conn, &keys)).await?,
    };
    Ok(cash_states(rows))
}

/// What the rows say.
pub(crate) fn cash_states(rows: Vec<CashRow>) -> HashMap<CashKey, CashState> {
    let state = |(business, user, role, status, until): CashRow| {
        let stopped = status.0 != MembershipStatus::Active || !role.0.is_staff();
        ((business.0, user.0), CashState { closed_until: until.map(|until| until.0), stopped })
    };
    rows.into_iter().map(state).collect()
}

/// The statement of [`cash_locks_in_tx`] on PostgreSQL, which may be one of several on their way.
pub(crate) async fn cash_lock_pg(mut conn: &AsyncPgConnection, keys: &[CashKey]) -> QueryResult<Vec<CashRow>> {
    let among = Among::new("(memberships.business_id, memberships.user_id)")
        .column::<Uid, _>(keys.iter().map(|(business, _)| Col(*business)))
        .column::<Uid, _>(keys.iter().map(|(_, user)| Col(*user)));
    let order = (memberships::business_id, memberships::user_id);
    let query = memberships::table.filter(among).order(order).select(COLUMNS).for_share();
    diesel_async::RunQueryDsl::load(query, &mut conn).await
}

/// The rows of [`cash_locks_in_tx`] on SQLite.
pub(crate) fn cash_rows_lite(conn: &mut SqliteConnection, keys: &[CashKey]) -> QueryResult<Vec<CashRow>> {
    let mut rows = Vec::with_capacity(keys.len());
    for (business, user) in keys {
        let it = memberships::table.find((Col(*business), Col(*user))).select(COLUMNS);
        rows.extend(it.first::<CashRow>(conn).optional()?);
    }
    Ok(rows)
}

/// Holds a collector's cash alone until the end of the transaction: nothing moves in it meanwhile. `None` when he is no
/// member of the business; otherwise the last day on which it is counted, if any.
pub(crate) async fn cash_lock_in_tx(conn: &mut Conn, (business, user): CashKey) -> DbResult<Option<Option<Date>>> {
    let it = memberships::table.find((Col(business), Col(user))).select(memberships::cash_closed_until);
    let found: Option<Option<Col<Date>>> = match conn {
        Conn::Pg(conn) => diesel_async::RunQueryDsl::first(it.for_no_key_update(), &mut **conn).await.optional()?,
        Conn::Lite(conn) => diesel_async::RunQueryDsl::first(it, &mut **conn).await.optional()?,
    };
    Ok(found.map(|until| until.map(|until| until.0)))
}

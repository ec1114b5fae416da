//! Locking collectors' cash, and reading up to which day it is counted.

use std::collections::HashMap;

use diesel::prelude::{OptionalExtension as _, QueryDsl as _};
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, UserId};

use crate::effects::Among;
use crate::engine::{Col, Conn, DbResult, Uid};
use crate::schema::memberships;

/// Names a collector within all businesses.
pub(crate) type CashKey = (BusinessId, UserId);

type ClosedRow = (Col<BusinessId>, Col<UserId>, Option<Col<Date>>);

const COLUMNS: (memberships::business_id, memberships::user_id, memberships::cash_closed_until) =
    (memberships::business_id, memberships::user_id, memberships::cash_closed_until);

/// Holds collectors' cash shared until the end of the transaction, in the order of their keys, and tells the last day on
/// which each is counted. Whoever is no member, or has no round, is left out. Take the locks of cards first.
pub(crate) async fn cash_locks_in_tx(conn: &mut Conn, keys: Vec<CashKey>) -> DbResult<HashMap<CashKey, Date>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<ClosedRow> = match conn {
        Conn::Pg(conn) => {
            let among = Among::new("(memberships.business_id, memberships.user_id)")
                .column::<Uid, _>(keys.iter().map(|(business, _)| Col(*business)))
                .column::<Uid, _>(keys.iter().map(|(_, user)| Col(*user)));
            let order = (memberships::business_id, memberships::user_id);
            let query = memberships::table.filter(among).order(order).select(COLUMNS).for_share();
            diesel_async::RunQueryDsl::load(query, &mut **conn).await?
        }
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| closed_lite(conn, keys)).await?,
    };
    let closed = |(business, user, until): ClosedRow| until.map(|until| ((business.0, user.0), until.0));
    Ok(rows.into_iter().filter_map(closed).collect())
}

fn closed_lite(conn: &mut SqliteConnection, keys: Vec<CashKey>) -> QueryResult<Vec<ClosedRow>> {
    let mut rows = Vec::with_capacity(keys.len());
    for (business, user) in keys {
        let it = memberships::table.find((Col(business), Col(user))).select(COLUMNS);
        rows.extend(it.first::<ClosedRow>(conn).optional()?);
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

//! Carrying an import out: all of it in one transaction.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::BusinessStatus;
use ofektom_domain::ids::UserId;
use ofektom_domain::import::ImportCounts;
use ofektom_domain::ports::{ApplyImport, Conflict, StoreError, StoreResult};

use super::finish::import_complete_in_tx;
use super::{apply_lite, apply_pg};
use crate::audit::audit_append_in_tx;
use crate::businesses::{business_hold_in_tx, members_hold_in_tx};
use crate::engine::{Col, Conn, Db, DbError, DbResult, Means as _};
use crate::schema::activations;

/// Audit rows that are written at once.
const AUDIT_AT_ONCE: usize = 2_000;
/// Customers who are looked at at once.
const CUSTOMERS_AT_ONCE: usize = 500;

pub(super) async fn import_apply(db: &Db, apply: ApplyImport) -> StoreResult<ImportCounts> {
    db.write(async move |conn| {
        let counts = apply.writes.counts;
        // First of all, so that two who work on one import wait here for each other.
        import_complete_in_tx(conn, apply.turn, counts, apply.now).await?;
        business_trading_in_tx(conn, &apply).await?;
        tokens_forget_in_tx(conn, &apply).await?;
        let written = match conn {
            Conn::Pg(pooled) => apply_pg::writes_in_tx(pooled, &apply).await,
            Conn::Lite(pooled) => {
                let apply = apply.clone();
                pooled.spawn_blocking(move |conn| apply_lite::writes_in_tx(conn, &apply)).await
            }
        };
        // Whatever is unique here was free when the import was decided: the caller decides anew.
        let changed = written.unique_means(Conflict::Version);
        match changed {
            // A member or unit that is gone meanwhile is a change, too.
            Err(DbError::Query(error)) => Err(error).foreign_key_means(StoreError::Conflict(Conflict::Version))?,
            other => other?,
        }
        customers_active_in_tx(conn, &apply).await?;
        for rows in apply.writes.audit.chunks(AUDIT_AT_ONCE) {
            audit_append_in_tx(conn, rows).await?;
        }
        Ok(counts)
    })
    .await
}

/// Nobody closes the business while cards are being opened in it. If someone has, the caller decides anew.
async fn business_trading_in_tx(conn: &mut Conn, apply: &ApplyImport) -> DbResult<()> {
    let business = business_hold_in_tx(conn, apply.turn.business_id).await?;
    if business.status == BusinessStatus::Active { Ok(()) } else { Err(StoreError::Conflict(Conflict::Version).into()) }
}

/// Nor does a customer leave whose card is being opened.
async fn customers_active_in_tx(conn: &mut Conn, apply: &ApplyImport) -> DbResult<()> {
    let mut customers: Vec<UserId> = apply.writes.cards.iter().map(|card| card.account.customer_id).collect();
    customers.sort_unstable();
    customers.dedup();
    for part in customers.chunks(CUSTOMERS_AT_ONCE) {
        if members_hold_in_tx(conn, apply.turn.business_id, part).await? < part.len() {
            return Err(StoreError::Conflict(Conflict::Version).into());
        }
    }
    Ok(())
}

/// Whoever was registered before by another business gets one new token: those before it are worth nothing any more.
async fn tokens_forget_in_tx(conn: &mut Conn, apply: &ApplyImport) -> DbResult<()> {
    for person in apply.writes.registered.iter().filter(|person| !person.is_new) {
        let earlier = activations::table
            .filter(activations::user_id.eq(Col(person.user_id)))
            .filter(activations::used_at.is_null());
        let used = activations::used_at.eq(Some(Col(apply.now)));
        on!(conn, |c| diesel::update(earlier).set(used).execute(c).await)?;
    }
    Ok(())
}

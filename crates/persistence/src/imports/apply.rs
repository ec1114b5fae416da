//! Carrying an import out: all of it in one transaction.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::import::ImportCounts;
use ofektom_domain::ports::{ApplyImport, Conflict, StoreError, StoreResult};

use super::finish::import_complete_in_tx;
use super::{apply_lite, apply_pg};
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbError, DbResult, Means as _};
use crate::schema::activations;

/// Audit rows that are written at once.
const AUDIT_AT_ONCE: usize = 2_000;

pub(super) async fn import_apply(db: &Db, apply: ApplyImport) -> StoreResult<ImportCounts> {
    db.write(async move |conn| {
        let counts = apply.writes.counts;
        // First of all, so that two who work on one import wait here for each other.
        import_complete_in_tx(conn, apply.turn, counts, apply.now).await?;
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
        for rows in apply.writes.audit.chunks(AUDIT_AT_ONCE) {
            audit_append_in_tx(conn, rows).await?;
        }
        Ok(counts)
    })
    .await
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

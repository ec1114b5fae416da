//! Signing out.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::ports::{StoreError, StoreResult};

use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::sessions;

pub(super) async fn session_end(db: &Db, user: UserId, id: SessionId, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        let live = sessions::table
            .find(Col(id))
            .filter(sessions::user_id.eq(Col(user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(Col(audit.at)));
        let ended = sessions::ended_at.eq(Some(Col(audit.at)));
        if on!(conn, |c| diesel::update(live).set(ended).execute(c).await)? == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

pub(super) async fn sessions_end_all(db: &Db, user: UserId, audit: AuditRow) -> StoreResult<u64> {
    db.write(async move |conn| {
        let count = sessions_end_in_tx(conn, user, None, audit.at).await?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(count)
    })
    .await
}

/// Ends the sessions of a person, but for one that is kept; tells how many were live.
pub(crate) async fn sessions_end_in_tx(
    conn: &mut Conn,
    user: UserId,
    kept: Option<SessionId>,
    now: Timestamp,
) -> DbResult<u64> {
    // No session has the nil id.
    let kept = kept.unwrap_or_else(|| SessionId::from_uuid(uuid::Uuid::nil()));
    let live = sessions::table
        .filter(sessions::user_id.eq(Col(user)))
        .filter(sessions::id.ne(Col(kept)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Col(now)));
    let ended = sessions::ended_at.eq(Some(Col(now)));
    let count = on!(conn, |c| diesel::update(live).set(ended).execute(c).await)?;
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Ends a session whoever it belongs to; `false` when it had ended.
pub(super) async fn session_end_in_tx(conn: &mut Conn, id: SessionId, now: Timestamp) -> DbResult<bool> {
    let live = sessions::table.find(Col(id)).filter(sessions::ended_at.is_null());
    let ended = sessions::ended_at.eq(Some(Col(now)));
    Ok(on!(conn, |c| diesel::update(live).set(ended).execute(c).await)? > 0)
}

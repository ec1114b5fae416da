//! Rotation of refresh tokens. Each is used once: a second use ends the session, for one of the two users is a thief.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::{RefreshToken, TokenHash};
use ofektom_domain::ports::{RefreshOutcome, StoreResult};

use super::end::session_end_in_tx;
use super::identity::session_identity_on;
use super::row::RefreshTokenRow;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::{refresh_tokens, sessions};

/// The session lives on until `expires_at`, as its new token does.
pub(super) async fn refresh_rotate(
    db: &Db,
    (old, new): (TokenHash, TokenHash),
    now: Timestamp,
    expires_at: Timestamp,
    reuse_audit: AuditRow,
) -> StoreResult<RefreshOutcome> {
    db.write(async move |conn| {
        let Some(session_id) = token_use_in_tx(conn, old, now).await? else {
            return unusable_in_tx(conn, old, now, reuse_audit).await;
        };
        if session_identity_on(conn, session_id, now).await?.is_none() {
            return Ok(RefreshOutcome::Invalid);
        }
        refresh_insert_in_tx(conn, RefreshToken { hash: new, session_id, created_at: now, expires_at }).await?;
        let used = (sessions::last_used_at.eq(Col(now)), sessions::expires_at.eq(Col(expires_at)));
        let live = sessions::table.find(Col(session_id)).filter(sessions::ended_at.is_null());
        on!(conn, |c| diesel::update(live).set(used).execute(c).await)?;
        // Read after the update, which waits for a sign-out that runs at the same time: then the session is gone.
        let identity = session_identity_on(conn, session_id, now).await?;
        Ok(identity.map_or(RefreshOutcome::Invalid, |identity| RefreshOutcome::Rotated(Box::new(identity))))
    })
    .await
}

/// Uses the token up, if it may be used: of two who try at once, the update finds one row once.
async fn token_use_in_tx(conn: &mut Conn, token: TokenHash, now: Timestamp) -> DbResult<Option<SessionId>> {
    let usable = refresh_tokens::table
        .find(Col(token))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(Col(now)));
    let session = on!(conn, |c| diesel::update(usable)
        .set(refresh_tokens::used_at.eq(Some(Col(now))))
        .returning(refresh_tokens::session_id)
        .get_result::<Col<SessionId>>(c)
        .await
        .optional())?;
    Ok(session.map(|session| session.0))
}

async fn unusable_in_tx(
    conn: &mut Conn,
    token: TokenHash,
    now: Timestamp,
    reuse_audit: AuditRow,
) -> DbResult<RefreshOutcome> {
    let used = refresh_tokens::table.find(Col(token)).filter(refresh_tokens::used_at.is_not_null());
    let session = on!(conn, |c| used.select(refresh_tokens::session_id).first::<Col<SessionId>>(c).await.optional())?;
    match session {
        Some(Col(session)) if session_end_in_tx(conn, session, now).await? => {
            let audit = AuditRow { entity_id: session.uuid(), ..reuse_audit };
            audit_append_in_tx(conn, &[audit]).await?;
            Ok(RefreshOutcome::Reused(session))
        }
        Some(_) | None => Ok(RefreshOutcome::Invalid),
    }
}

async fn refresh_insert_in_tx(conn: &mut Conn, token: RefreshToken) -> DbResult<()> {
    let row = RefreshTokenRow::from(token);
    on!(conn, |c| diesel::insert_into(refresh_tokens::table).values(row).execute(c).await)?;
    Ok(())
}

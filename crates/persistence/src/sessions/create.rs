//! Signing in.

use diesel::prelude::QueryDsl as _;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::{RefreshToken, Session, TokenHash};
use ofektom_domain::ports::StoreResult;

use super::row::{RefreshTokenRow, SessionRow};
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::{refresh_tokens, sessions, sign_in_attempts};

pub(super) async fn session_create(
    db: &Db,
    session: Session,
    refresh: RefreshToken,
    attempts_key: TokenHash,
    audit: AuditRow,
) -> StoreResult<()> {
    db.write(async move |conn| {
        let row = SessionRow::from(session);
        on!(conn, |c| diesel::insert_into(sessions::table).values(row).execute(c).await)?;
        refresh_insert_in_tx(conn, refresh).await?;
        let attempts = sign_in_attempts::table.find(Col(attempts_key));
        on!(conn, |c| diesel::delete(attempts).execute(c).await)?;
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

pub(super) async fn refresh_insert_in_tx(conn: &mut Conn, token: RefreshToken) -> DbResult<()> {
    let row = RefreshTokenRow::from(token);
    on!(conn, |c| diesel::insert_into(refresh_tokens::table).values(row).execute(c).await)?;
    Ok(())
}

//! The rows of a sign-in.
//!
//! While a person waits for it little else happens, so what counts is how often its statements go to the database and back: what follows
//! the session itself goes together, on PostgreSQL in one round trip, on SQLite in one hop to a blocking thread.

use diesel::prelude::QueryDsl as _;
use diesel::{QueryResult, SqliteConnection};
use diesel_async::AsyncPgConnection;
use futures_util::future::try_join3;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::TokenHash;

use super::row::{RefreshTokenRow, SessionRow};
use crate::audit;
use crate::engine::{Col, Conn, DbResult};
use crate::schema::{audit_rows, refresh_tokens, sessions, sign_in_attempts};

/// What is written when somebody has signed in.
pub(super) struct SignedIn {
    pub session: SessionRow,
    pub refresh: RefreshTokenRow,
    /// Whose failed attempts are forgotten.
    pub attempts_key: TokenHash,
    pub audit: Vec<AuditRow>,
}

pub(super) async fn signed_in_write_in_tx(conn: &mut Conn, rows: SignedIn) -> DbResult<()> {
    match conn {
        Conn::Pg(conn) => write_pg(conn, rows).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| write_lite(conn, rows)).await?,
    }
    Ok(())
}

async fn write_pg(mut conn: &AsyncPgConnection, rows: SignedIn) -> QueryResult<()> {
    use diesel_async::RunQueryDsl as _;

    // On its own, for the token refers to it: of statements that are sent together, one that is not prepared yet comes later.
    diesel::insert_into(sessions::table).values(rows.session).execute(&mut conn).await?;
    let (mut first, mut second) = (conn, conn);
    let refresh = diesel::insert_into(refresh_tokens::table).values(rows.refresh).execute(&mut first);
    let forget = diesel::delete(sign_in_attempts::table.find(Col(rows.attempts_key))).execute(&mut second);
    let audit = audit::insert_many(&rows.audit).execute_on(conn);
    try_join3(refresh, forget, audit).await.map(drop)
}

fn write_lite(conn: &mut SqliteConnection, rows: SignedIn) -> QueryResult<()> {
    use diesel::RunQueryDsl as _;

    diesel::insert_into(sessions::table).values(rows.session).execute(conn)?;
    diesel::insert_into(refresh_tokens::table).values(rows.refresh).execute(conn)?;
    diesel::delete(sign_in_attempts::table.find(Col(rows.attempts_key))).execute(conn)?;
    for row in &rows.audit {
        diesel::insert_into(audit_rows::table).values(audit::Row::from(row)).execute(conn)?;
    }
    Ok(())
}

//! Reading live sessions.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{Session, SessionIdentity, UserStatus};
use ofektom_domain::ports::StoreResult;

use super::row::SessionRow;
use crate::businesses::memberships_of_on;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::people::UserRow;
use crate::schema::{sessions, users};

/// Most sessions that a list shows.
const LISTED_MAX: i64 = 100;

pub(super) async fn session_identity(db: &Db, id: SessionId, now: Timestamp) -> StoreResult<Option<SessionIdentity>> {
    db.read(async move |conn| session_identity_on(conn, id, now).await).await
}

pub(super) async fn session_identity_on(
    conn: &mut Conn,
    id: SessionId,
    now: Timestamp,
) -> DbResult<Option<SessionIdentity>> {
    let found = on!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(Col(id)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Col(now)))
        .filter(users::status.eq(Col(UserStatus::Active)))
        .select((SessionRow::as_select(), UserRow::as_select()))
        .first::<(SessionRow, UserRow)>(c)
        .await
        .optional())?;
    let Some((session, user)) = found else { return Ok(None) };
    let session = Session::from(session);
    let memberships = memberships_of_on(conn, session.user_id).await?;
    Ok(Some(SessionIdentity { session, user: user.into(), memberships }))
}

pub(super) async fn sessions_list(db: &Db, user: UserId, now: Timestamp) -> StoreResult<Vec<Session>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| sessions::table
            .filter(sessions::user_id.eq(Col(user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(Col(now)))
            .order(sessions::id.desc())
            .limit(LISTED_MAX)
            .select(SessionRow::as_select())
            .load::<SessionRow>(c)
            .await)?;
        Ok(rows.into_iter().map(Session::from).collect())
    })
    .await
}

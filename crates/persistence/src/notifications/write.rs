//! Adding notifications in the transaction of their cause. What a person has turned off is left out here, by the statement
//! that writes, so preferences cost no read of their own.

use std::collections::HashSet;

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::sql_types::Nullable;
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::{Notification, NotificationKind};

use super::row::NotificationRow;
use crate::effects::Unnest;
use crate::engine::{Col, Conn, DbResult, Instant, Json, Uid, Word};
use crate::schema::{notification_mutes as mutes, notifications};

/// Writes notifications whose cause is no effect on a card.
pub(crate) async fn notifications_write_in_tx(conn: &mut Conn, all: Vec<Notification>) -> DbResult<()> {
    if all.is_empty() {
        return Ok(());
    }
    match conn {
        Conn::Pg(conn) => {
            insert_many(&all).execute_on(conn).await?;
        }
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| notifications_insert_lite(conn, &all)).await?,
    }
    Ok(())
}

/// The insertion of notifications on PostgreSQL.
pub(crate) fn insert_many(all: &[Notification]) -> Unnest<'static> {
    let rows: Vec<NotificationRow> = all.iter().map(NotificationRow::from).collect();
    Unnest::new(
        "INSERT INTO notifications (user_id, id, business_id, kind, subject_id, created_at, read_at, facts)
         SELECT new.* FROM",
        "AS new (user_id, id, business_id, kind, subject_id, created_at, read_at, facts)
         WHERE NOT EXISTS (
             SELECT FROM notification_mutes AS muted
             WHERE muted.user_id = new.user_id AND muted.kind = new.kind
         )",
    )
    .column::<Uid, _>(rows.iter().map(|row| row.user_id))
    .column::<Uid, _>(rows.iter().map(|row| row.id))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.business_id))
    .column::<Word, _>(rows.iter().map(|row| row.kind))
    .column::<Uid, _>(rows.iter().map(|row| row.subject_id))
    .column::<Instant, _>(rows.iter().map(|row| row.created_at))
    .column::<Nullable<Instant>, _>(rows.iter().map(|row| row.read_at))
    .column::<Json, _>(rows.into_iter().map(|row| row.facts))
}

/// The insertion on SQLite: one read of what the recipients have turned off, then row by row.
pub(crate) fn notifications_insert_lite(conn: &mut SqliteConnection, all: &[Notification]) -> QueryResult<()> {
    if all.is_empty() {
        return Ok(());
    }
    let recipients: HashSet<UserId> = all.iter().map(|notification| notification.user_id).collect();
    let muted: HashSet<(UserId, NotificationKind)> = mutes::table
        .filter(mutes::user_id.eq_any(recipients.into_iter().map(Col)))
        .select((mutes::user_id, mutes::kind))
        .load::<(Col<UserId>, Col<NotificationKind>)>(conn)?
        .into_iter()
        .map(|(user, kind)| (user.0, kind.0))
        .collect();
    for notification in all.iter().filter(|one| !muted.contains(&(one.user_id, one.facts.kind()))) {
        diesel::insert_into(notifications::table).values(NotificationRow::from(notification)).execute(conn)?;
    }
    Ok(())
}

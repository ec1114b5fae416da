//! Marking notifications as read. Who read first stands: a second reading changes nothing.

use diesel::dsl::exists;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{NotificationId, UserId};
use ofektom_domain::notification::Notification;
use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::row::NotificationRow;
use crate::engine::{Col, Conn, Db, DbError, DbResult};
use crate::schema::notifications as all;

pub(super) async fn notification_read(
    db: &Db,
    (user, id): (UserId, NotificationId),
    now: Timestamp,
) -> StoreResult<Notification> {
    db.write(async move |conn| {
        let it = all::table.find((Col(user), Col(id)));
        let unread = it.filter(all::read_at.is_null());
        on!(conn, |c| diesel::update(unread).set(all::read_at.eq(Some(Col(now)))).execute(c).await)?;
        let row = on!(conn, |c| it.select(NotificationRow::as_select()).first::<NotificationRow>(c).await.optional())?;
        Notification::try_from(row.ok_or(StoreError::NotFound)?)
    })
    .await
}

/// One statement: what arrives while it runs stays unread.
pub(super) async fn notifications_read_all(
    db: &Db,
    user: UserId,
    up_to: Option<NotificationId>,
    now: Timestamp,
) -> StoreResult<u64> {
    db.write(async move |conn| {
        let unread = all::table.filter(all::user_id.eq(Col(user))).filter(all::read_at.is_null());
        let read = all::read_at.eq(Some(Col(now)));
        let rows = match up_to {
            Some(last) => {
                seen_check_on(conn, user, last).await?;
                let seen = unread.filter(all::id.le(Col(last)));
                on!(conn, |c| diesel::update(seen).set(read).execute(c).await)?
            }
            None => on!(conn, |c| diesel::update(unread).set(read).execute(c).await)?,
        };
        u64::try_from(rows).map_err(|_| DbError::Corrupt("more rows than there can be".to_owned()))
    })
    .await
}

async fn seen_check_on(conn: &mut Conn, user: UserId, id: NotificationId) -> DbResult<()> {
    let it = all::table.find((Col(user), Col(id)));
    if on!(conn, |c| diesel::select(exists(it)).get_result::<bool>(c).await)? {
        return Ok(());
    }
    Err(Refusal::field("up_to", "unknown", "must be one of your notifications").into())
}

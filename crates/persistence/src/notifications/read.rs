//! Reading a person's notifications.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::Notification;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{NotificationFilter, StoreResult};

use super::row::NotificationRow;
use crate::engine::{Clause, Col, Db, DbError, total_on};
use crate::schema::notifications as all;

pub(super) async fn notifications_list(
    db: &Db,
    user: UserId,
    filter: NotificationFilter,
    page: PageRequest,
) -> StoreResult<Page<Notification>> {
    db.read_list(async move |conn| {
        let meant = || wanted(user, &filter);
        let total = total_on(conn, page, || all::table.filter(meant()).count()).await?;
        let rows = on!(conn, |c| all::table
            .filter(meant().with_some(page.after, |after| all::id.lt(Col(after))))
            .order(all::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(NotificationRow::as_select())
            .load::<NotificationRow>(c)
            .await)?;
        let found = rows.into_iter().map(Notification::try_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_rows(found, page.limit, |notification: &Notification| notification.id.uuid()).counted(total))
    })
    .await
}

fn wanted(user: UserId, filter: &NotificationFilter) -> Clause<all::table> {
    let read = |read| match read {
        true => Clause::all().with(all::read_at.is_not_null()),
        false => Clause::all().with(all::read_at.is_null()),
    };
    Clause::all()
        .with(all::user_id.eq(Col(user)))
        .with_some(filter.read, read)
        .with_some(filter.kind, |kind| all::kind.eq(Col(kind)))
}

/// Counted in the index of the unread ones.
pub(super) async fn notifications_unread_count(db: &Db, user: UserId) -> StoreResult<u64> {
    db.read(async move |conn| {
        let unread = all::table.filter(all::user_id.eq(Col(user))).filter(all::read_at.is_null());
        let count = on!(conn, |c| unread.count().get_result::<i64>(c).await)?;
        u64::try_from(count).map_err(|_| DbError::Corrupt("a count below zero".to_owned()))
    })
    .await
}

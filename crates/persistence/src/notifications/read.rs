//! Reading a person's notifications.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::Notification;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{NotificationFilter, StoreResult};

use super::row::NotificationRow;
use crate::engine::{Col, Db, DbError};
use crate::schema::notifications as all;

pub(super) async fn notifications_list(
    db: &Db,
    user: UserId,
    filter: NotificationFilter,
    page: PageRequest,
) -> StoreResult<Page<Notification>> {
    let found = db
        .read(async move |conn| {
            let rows = on!(conn, |c| {
                let mut query = all::table
                    .filter(all::user_id.eq(Col(user)))
                    .order(all::id.desc())
                    .limit(i64::from(page.limit) + 1)
                    .select(NotificationRow::as_select())
                    .into_boxed();
                query = match filter.read {
                    None => query,
                    Some(false) => query.filter(all::read_at.is_null()),
                    Some(true) => query.filter(all::read_at.is_not_null()),
                };
                if let Some(kind) = filter.kind {
                    query = query.filter(all::kind.eq(Col(kind)));
                }
                if let Some(after) = page.after {
                    query = query.filter(all::id.lt(Col(after)));
                }
                query.load::<NotificationRow>(c).await
            })?;
            rows.into_iter().map(Notification::try_from).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Ok(Page::from_rows(found, page.limit, |notification| notification.id.uuid()))
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

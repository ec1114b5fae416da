//! Deleting old notifications, a part at a time so that a clean-up never holds the database up.

use diesel::sql_query;
use diesel_async::RunQueryDsl as _;
use jiff::{SignedDuration, Timestamp};
use ofektom_domain::notification::{ALL_KEPT_DAYS, READ_KEPT_DAYS};
use ofektom_domain::ports::StoreResult;

use crate::engine::{Col, Db, Instant};

/// Rows deleted at once.
const FORGOTTEN_AT_ONCE: usize = 1_000;

const READ_LONG_AGO: &str = "DELETE FROM notifications WHERE (user_id, id) IN
    (SELECT user_id, id FROM notifications WHERE read_at < $1 LIMIT 1000)";

const OLD: &str = "DELETE FROM notifications WHERE (user_id, id) IN
    (SELECT user_id, id FROM notifications WHERE created_at < $1 LIMIT 1000)";

/// Deletes notifications that are not kept any longer, and gives how many.
pub(crate) async fn notifications_forget(db: &Db, now: Timestamp) -> StoreResult<usize> {
    let mut forgotten = 0;
    for (delete, days) in [(READ_LONG_AGO, READ_KEPT_DAYS), (OLD, ALL_KEPT_DAYS)] {
        let before = now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        loop {
            let part = db
                .write(async move |conn| {
                    let delete = sql_query(delete).bind::<Instant, _>(Col(before));
                    Ok(on!(conn, |c| delete.execute(c).await)?)
                })
                .await?;
            forgotten += part;
            if part < FORGOTTEN_AT_ONCE {
                break;
            }
        }
    }
    Ok(forgotten)
}

#[cfg(test)]
mod tests {
    use diesel::prelude::QueryDsl as _;
    use ofektom_domain::ids::{IdFactory, NotificationId, UserId};
    use ofektom_domain::money::Money;
    use ofektom_domain::notification::{Notification, NotificationFacts};
    use ofektom_domain::tracking_number::TrackingNumber;
    use ofektom_testkit::{Engine, TestDb, run_on};

    use super::*;
    use crate::engine::{Conn, DbConfig};
    use crate::notifications::row::NotificationRow;
    use crate::schema::notifications as all;

    fn day(day: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
    }

    /// Told on one day, read on another.
    fn told(ids: &mut IdFactory, created: i64, read: Option<i64>) -> Notification {
        let (tracking_number, amount) = (TrackingNumber::from_random(1), Money::ZERO);
        Notification {
            id: ids.make(),
            user_id: ids.make::<UserId>(),
            business_id: None,
            subject_id: ids.make::<NotificationId>().uuid(),
            facts: NotificationFacts::PayoutFiled { tracking_number, amount },
            created_at: day(created),
            read_at: read.map(day),
        }
    }

    #[test]
    fn old_ones_are_forgotten_in_parts_and_the_others_kept() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            run_on(engine, async |test: TestDb| {
                let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
                let mut ids = IdFactory::new(day(0), 1);
                let today = 1_000;
                let kept = [
                    told(&mut ids, today - 364, None),
                    told(&mut ids, today - 364, Some(today - 89)),
                    told(&mut ids, today, Some(today)),
                ];
                let mut old: Vec<Notification> = (0..1_500).map(|_| told(&mut ids, today - 366, None)).collect();
                old.push(told(&mut ids, today - 92, Some(today - 91)));
                let count = old.len();
                let rows: Vec<Notification> = kept.iter().cloned().chain(old).collect();
                db.write(async move |conn: &mut Conn| {
                    for row in &rows {
                        let row = NotificationRow::from(row);
                        on!(conn, |c| diesel::insert_into(all::table).values(row).execute(c).await)?;
                    }
                    Ok(())
                })
                .await
                .unwrap();
                assert_eq!(notifications_forget(&db, day(today)).await.unwrap(), count);
                let left = all::table.select(all::id).order(all::id);
                let left = db
                    .read(async move |conn: &mut Conn| Ok(on!(conn, |c| left.load::<Col<NotificationId>>(c).await)?))
                    .await
                    .unwrap();
                let left: Vec<NotificationId> = left.into_iter().map(|id| id.0).collect();
                assert_eq!(left, kept.iter().map(|one| one.id).collect::<Vec<_>>());
                assert_eq!(notifications_forget(&db, day(today)).await.unwrap(), 0);
            });
        }
    }
}

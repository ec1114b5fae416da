//! Counters of failed sign-ins.

use diesel::SelectableHelper as _;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable};
use diesel_async::RunQueryDsl as _;
use jiff::{SignedDuration, Timestamp};
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::{SignInAttempts, TokenHash};
use ofektom_domain::ports::StoreResult;

use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::sign_in_attempts;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in_attempts)]
struct Row {
    failed: Col<u32>,
    last_failed_at: Col<Timestamp>,
    locked_until: Option<Col<Timestamp>>,
}

impl From<Row> for SignInAttempts {
    fn from(row: Row) -> Self {
        Self {
            failed: row.failed.0,
            last_failed_at: row.last_failed_at.0,
            locked_until: row.locked_until.map(|until| until.0),
        }
    }
}

pub(super) async fn attempts_read(db: &Db, key: TokenHash) -> StoreResult<Option<SignInAttempts>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| sign_in_attempts::table
            .find(Col(key))
            .select(Row::as_select())
            .first::<Row>(c)
            .await
            .optional())?;
        Ok(found.map(SignInAttempts::from))
    })
    .await
}

pub(super) async fn attempts_fail(
    db: &Db,
    key: TokenHash,
    decide: fn(Option<SignInAttempts>, Timestamp) -> SignInAttempts,
    now: Timestamp,
    lock_audit: AuditRow,
) -> StoreResult<SignInAttempts> {
    db.write(async move |conn| {
        forgotten_delete_in_tx(conn, now).await?;
        let before = attempts_lock_in_tx(conn, key, now).await?;
        let after = decide(before, now);
        let state = (
            sign_in_attempts::failed.eq(Col(after.failed)),
            sign_in_attempts::last_failed_at.eq(Col(after.last_failed_at)),
            sign_in_attempts::locked_until.eq(after.locked_until.map(Col)),
        );
        let row = sign_in_attempts::table.find(Col(key));
        on!(conn, |c| diesel::update(row).set(state).execute(c).await)?;
        if after.locked_until.is_some() && after.locked_until != before.and_then(|before| before.locked_until) {
            audit_append_in_tx(conn, &[lock_audit]).await?;
        }
        Ok(after)
    })
    .await
}

/// Counters that no rule remembers any more go, so that trying many numbers does not fill the table.
async fn forgotten_delete_in_tx(conn: &mut Conn, now: Timestamp) -> DbResult<()> {
    let day_before = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let forgotten = sign_in_attempts::table.filter(sign_in_attempts::last_failed_at.lt(Col(day_before)));
    on!(conn, |c| diesel::delete(forgotten).execute(c).await)?;
    Ok(())
}

/// Forgets what failed under a key.
pub(crate) async fn attempts_forget_in_tx(conn: &mut Conn, key: TokenHash) -> DbResult<()> {
    on!(conn, |c| diesel::delete(sign_in_attempts::table.find(Col(key))).execute(c).await)?;
    Ok(())
}

/// The lock itself is not kept here, only its trace.
pub(super) async fn address_lock_audit(db: &Db, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| audit_append_in_tx(conn, &[audit]).await).await
}

/// The state under a key, locked. A missing row is made first, with no failures, so that there is something to lock:
/// two first failures at once then count as two.
async fn attempts_lock_in_tx(conn: &mut Conn, key: TokenHash, now: Timestamp) -> DbResult<Option<SignInAttempts>> {
    let nothing = (
        sign_in_attempts::key.eq(Col(key)),
        sign_in_attempts::failed.eq(Col(0_u32)),
        sign_in_attempts::last_failed_at.eq(Col(now)),
    );
    on!(conn, |c| diesel::insert_into(sign_in_attempts::table)
        .values(nothing)
        .on_conflict(sign_in_attempts::key)
        .do_nothing()
        .execute(c)
        .await)?;
    let query = sign_in_attempts::table.find(Col(key)).select((
        sign_in_attempts::failed,
        sign_in_attempts::last_failed_at,
        sign_in_attempts::locked_until,
    ));
    let row = match conn {
        Conn::Pg(c) => query.for_update().first::<Row>(&mut **c).await?,
        Conn::Lite(c) => query.first::<Row>(&mut **c).await?,
    };
    let state = SignInAttempts::from(row);
    Ok((state.failed > 0).then_some(state))
}

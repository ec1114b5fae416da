//! The platform's people.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::{PlatformRole, User, UserStatus};
use ofektom_domain::platform::user_status_decide;
use ofektom_domain::ports::{StoreError, StoreResult, UserFilter};
use ofektom_domain::refusal::Refusal;

use crate::audit::audit_append_in_tx;
use crate::engine::{Clause, Col, Conn, Db, DbResult, fixed, total_on};
use crate::people::{UserRow, user_by_id_on, user_lock_in_tx};
use crate::schema::users;
use crate::search::person_meant;
use crate::secrets::secret_code_of_user_delete_in_tx;
use crate::sessions::sessions_end_in_tx;

pub(super) async fn users_list(db: &Db, filter: UserFilter, page: PageRequest) -> StoreResult<Page<User>> {
    db.read_list(async move |conn| {
        let wanted = || {
            Clause::<users::table>::all()
                .with_some(filter.status, |status| users::status.eq(Col(status)))
                .with_some(filter.search.as_ref(), person_meant)
        };
        let total = total_on(conn, page, || users::table.filter(wanted()).count()).await?;
        let rows = on!(conn, |c| users::table
            .filter(wanted().with_some(page.after, |after| users::id.lt(Col(UserId::from(after)))))
            .order(users::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(UserRow::as_select())
            .load::<UserRow>(c)
            .await)?;
        let people = rows.into_iter().map(User::from).collect();
        Ok(Page::from_rows(people, page.limit, |user: &User| user.id.uuid()).counted(total))
    })
    .await
}

pub(super) async fn user_status_set(db: &Db, id: UserId, to: UserStatus, context: Context) -> StoreResult<User> {
    db.write(async move |conn| {
        let running = running_lock_in_tx(conn).await?;
        // Whoever was suspended while his request was on its way suspends nobody any more.
        if !running.contains(&context.actor) {
            return Err(Refusal::Forbidden.into());
        }
        user_lock_in_tx(conn, id).await?;
        let before = user_by_id_on(conn, id).await?.ok_or(StoreError::NotFound)?;
        let others_run = running.iter().any(|other| *other != id);
        let decided = user_status_decide(&before, to, others_run, &context).map_err(StoreError::Refused)?;
        let Some((after, audit)) = decided else { return Ok(before) };
        let values = (
            users::status.eq(Col(after.status)),
            users::updated_at.eq(Col(after.updated_at)),
            users::updated_by.eq(Col(after.updated_by)),
        );
        on!(conn, |c| diesel::update(users::table.find(Col(id))).set(values).execute(c).await)?;
        let mut audit = audit;
        // When he is let in again, too: a session that was being made as he was suspended is not to come to life.
        let ended = sessions_end_in_tx(conn, id, None, context.now).await?;
        if after.status == UserStatus::Suspended {
            secret_code_of_user_delete_in_tx(conn, id).await?;
            audit = audit.after(serde_json::json!({ "status": after.status.as_str(), "sessions_ended": ended }));
        }
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(after)
    })
    .await
}

/// Who runs the platform, all of them locked in the order of their ids: who is suspended by another request meanwhile is
/// not among them.
async fn running_lock_in_tx(conn: &mut Conn) -> DbResult<Vec<UserId>> {
    let query = users::table
        .filter(users::platform_role.eq(Col(PlatformRole::SuperAdmin)))
        // As the index of those who run the platform says it.
        .filter(fixed::<Bool>("platform_role <> 'none'"))
        .order(users::id)
        // Their status is looked at here: asked for in the query it would lead SQLite to everybody who is active.
        .select((users::id, users::status));
    let found = match conn {
        Conn::Pg(c) => query.for_no_key_update().load::<(Col<UserId>, Col<UserStatus>)>(&mut **c).await?,
        // A write on SQLite is alone anyway.
        Conn::Lite(c) => query.load::<(Col<UserId>, Col<UserStatus>)>(&mut **c).await?,
    };
    Ok(found.into_iter().filter(|(_, status)| status.0 == UserStatus::Active).map(|(id, _)| id.0).collect())
}

//! The platform's people.

use diesel::dsl::sql;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Text;
use diesel::{BoolExpressionMethods as _, EscapeExpressionMethods as _, TextExpressionMethods as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::{PlatformRole, User, UserStatus};
use ofektom_domain::platform::user_status_decide;
use ofektom_domain::ports::{StoreError, StoreResult, UserFilter};

use crate::audit::audit_append_in_tx;
use crate::businesses::pattern_containing;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::people::{UserRow, user_by_id_on, user_lock_in_tx};
use crate::schema::users;
use crate::secrets::secret_code_of_user_delete_in_tx;
use crate::sessions::sessions_end_in_tx;

/// Fewest digits that are searched for in phone numbers.
const DIGITS_MIN: usize = 3;

pub(super) async fn users_list(db: &Db, filter: UserFilter, page: PageRequest) -> StoreResult<Page<User>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| {
            let mut query = users::table
                .order(users::id.desc())
                .limit(i64::from(page.limit) + 1)
                .select(UserRow::as_select())
                .into_boxed();
            if let Some(status) = filter.status {
                query = query.filter(users::status.eq(Col(status)));
            }
            if let Some(text) = &filter.search {
                let named = users::name_search.like(pattern_containing(text)).escape('\\');
                query = match digits_of(text) {
                    Some(digits) => query.filter(named.or(sql::<Text>("users.phone").like(format!("%{digits}%")))),
                    None => query.filter(named),
                };
            }
            if let Some(after) = page.after {
                query = query.filter(users::id.lt(Col(UserId::from(after))));
            }
            query.load::<UserRow>(c).await
        })?;
        let people = rows.into_iter().map(User::from).collect();
        Ok(Page::from_rows(people, page.limit, |user: &User| user.id.uuid()))
    })
    .await
}

/// The digits of a text that may be a part of a phone number, as they stand in E.164.
fn digits_of(text: &str) -> Option<String> {
    let written = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (text.chars().all(written) && digits.len() >= DIGITS_MIN).then(|| digits.to_owned())
}

pub(super) async fn user_status_set(db: &Db, id: UserId, to: UserStatus, context: Context) -> StoreResult<User> {
    db.write(async move |conn| {
        let running = running_lock_in_tx(conn).await?;
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
        if after.status == UserStatus::Suspended {
            let ended = sessions_end_in_tx(conn, id, None, context.now).await?;
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
        .filter(users::status.eq(Col(UserStatus::Active)))
        .order(users::id)
        .select(users::id);
    let found = match conn {
        Conn::Pg(c) => query.for_no_key_update().load::<Col<UserId>>(&mut **c).await?,
        // A write on SQLite is alone anyway.
        Conn::Lite(c) => query.load::<Col<UserId>>(&mut **c).await?,
    };
    Ok(found.into_iter().map(|id| id.0).collect())
}

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn parts_of_numbers_are_searched_as_they_are_stored() {
        assert_eq!(digits_of("0803 123").as_deref(), Some("803123"));
        assert_eq!(digits_of("+234 (803)").as_deref(), Some("234803"));
        for text in ["", "12", "00", "Ada 123", "08a03"] {
            assert_eq!(digits_of(text), None, "{text}");
        }
    }
}

//! Making the keys by which names are searched, for people who were registered before there were any.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::PersonName;
use ofektom_domain::search::name_key;

use crate::engine::{Col, Conn, DbResult, fixed};
use crate::schema::users;

/// People whose keys are made in one transaction.
const AT_ONCE: i64 = 500;

/// Makes missing keys, some at a time, and says how many. The databases cannot do it themselves: they fold differently.
pub(crate) async fn names_fold_on(conn: &mut Conn) -> DbResult<usize> {
    // Said as the index `users_without_key` says it, so that both engines use it.
    let missing = users::table.filter(fixed::<Bool>("name_search = ''")).order(users::id).limit(AT_ONCE);
    let people =
        on!(conn, |c| missing.select((users::id, users::full_name)).load::<(Col<UserId>, Col<PersonName>)>(c).await)?;
    for (id, name) in &people {
        // Whoever changed his name meanwhile has made the key himself.
        let unchanged = users::table.find(id).filter(users::full_name.eq(name)).filter(users::name_search.eq(""));
        let key = users::name_search.eq(name_key(name.0.as_str()));
        on!(conn, |c| diesel::update(unchanged).set(key).execute(c).await)?;
    }
    Ok(people.len())
}

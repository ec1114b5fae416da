//! Looking people up.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::User;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{SecretHash, StoreError, StoreResult};

use super::row::UserRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::users;

pub(super) async fn user_by_phone(db: &Db, phone: PhoneNumber) -> StoreResult<Option<(User, Option<SecretHash>)>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| users::table
            .filter(users::phone.eq(Col(phone)))
            .select((UserRow::as_select(), users::secret_hash))
            .first::<(UserRow, Option<String>)>(c)
            .await
            .optional())?;
        Ok(found.map(|(user, secret)| (user.into(), secret.map(SecretHash))))
    })
    .await
}

pub(super) async fn user_by_id(db: &Db, id: UserId) -> StoreResult<Option<User>> {
    db.read(async move |conn| user_by_id_on(conn, id).await).await
}

pub(crate) async fn user_by_id_on(conn: &mut Conn, id: UserId) -> DbResult<Option<User>> {
    let found =
        on!(conn, |c| users::table.find(Col(id)).select(UserRow::as_select()).first::<UserRow>(c).await.optional())?;
    Ok(found.map(User::from))
}

/// The id of the person with a number.
pub(crate) async fn user_id_by_phone_on(conn: &mut Conn, phone: PhoneNumber) -> DbResult<Option<UserId>> {
    let known = users::table.filter(users::phone.eq(Col(phone))).select(users::id);
    let found = on!(conn, |c| known.first::<Col<UserId>>(c).await.optional())?;
    Ok(found.map(|id| id.0))
}

/// Makes units of work on one person take turns. `NotFound` when there is no such person.
pub(crate) async fn user_lock_in_tx(conn: &mut Conn, id: UserId) -> DbResult<()> {
    let query = users::table.find(Col(id)).select(users::id);
    let found = match conn {
        Conn::Pg(c) => query.for_no_key_update().first::<Col<UserId>>(&mut **c).await.optional()?,
        // A write on SQLite is alone anyway.
        Conn::Lite(c) => query.first::<Col<UserId>>(&mut **c).await.optional()?,
    };
    found.map(drop).ok_or_else(|| StoreError::NotFound.into())
}

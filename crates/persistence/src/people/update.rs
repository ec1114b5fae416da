//! Changing people.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{ProfileChange, User, profile_change_decide};
use ofektom_domain::ports::{SecretHash, StoreError, StoreResult};
use ofektom_domain::search::name_key;

use super::read::{user_by_id_on, user_lock_in_tx};
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Db};
use crate::schema::users;

pub(super) async fn user_rehash(db: &Db, id: UserId, old: SecretHash, new: SecretHash) -> StoreResult<()> {
    db.write(async move |conn| {
        let unchanged = users::table.find(Col(id)).filter(users::secret_hash.eq(Some(old.0)));
        on!(conn, |c| diesel::update(unchanged).set(users::secret_hash.eq(Some(new.0))).execute(c).await)?;
        Ok(())
    })
    .await
}

pub(super) async fn user_update(db: &Db, change: ProfileChange, context: Context) -> StoreResult<User> {
    db.write(async move |conn| {
        let id = context.actor;
        user_lock_in_tx(conn, id).await?;
        let before = user_by_id_on(conn, id).await?.ok_or(StoreError::NotFound)?;
        let (after, audit) = profile_change_decide(&before, change, &context);
        let profile = (
            users::name_search.eq(name_key(after.full_name.as_str())),
            users::full_name.eq(Col(after.full_name.clone())),
            users::email.eq(after.email.clone().map(Col)),
            users::updated_at.eq(Col(after.updated_at)),
            users::updated_by.eq(Col(after.updated_by)),
        );
        on!(conn, |c| diesel::update(users::table.find(Col(id))).set(profile).execute(c).await)?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(after)
    })
    .await
}

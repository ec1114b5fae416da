//! Changing people.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::User;
use ofektom_domain::ports::{SecretHash, StoreError, StoreResult};
use ofektom_domain::search::name_key;

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

pub(super) async fn user_update(db: &Db, user: User, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        let change = (
            users::name_search.eq(name_key(user.full_name.as_str())),
            users::full_name.eq(Col(user.full_name)),
            users::email.eq(user.email.map(Col)),
            users::updated_at.eq(Col(user.updated_at)),
            users::updated_by.eq(Col(user.updated_by)),
        );
        let him = users::table.find(Col(user.id));
        if on!(conn, |c| diesel::update(him).set(change).execute(c).await)? == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

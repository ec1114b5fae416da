//! A new secret in place of one that the person knows.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::people::UserStatus;
use ofektom_domain::ports::{SecretChange, StoreError, StoreResult};
use serde_json::json;

use super::code::secret_code_delete_in_tx;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Db};
use crate::schema::users;
use crate::sessions::{attempts_forget_in_tx, sessions_end_in_tx};

pub(super) async fn secret_change(db: &Db, change: SecretChange) -> StoreResult<u64> {
    db.write(async move |conn| {
        let now = change.audit.at;
        // Of two changes at once the second one finds another secret than it verified.
        let unchanged = users::table
            .find(Col(change.user_id))
            .filter(users::secret_hash.eq(Some(change.old.0)))
            .filter(users::status.eq(Col(UserStatus::Active)));
        let values = (
            users::secret_hash.eq(Some(change.new.0)),
            users::credential.eq(Col(change.credential)),
            users::updated_at.eq(Col(now)),
            users::updated_by.eq(Col(change.user_id)),
        );
        if on!(conn, |c| diesel::update(unchanged).set(values).execute(c).await)? == 0 {
            return Err(StoreError::NotFound.into());
        }
        let ended = sessions_end_in_tx(conn, change.user_id, Some(change.kept), now).await?;
        attempts_forget_in_tx(conn, change.key).await?;
        secret_code_delete_in_tx(conn, change.key).await?;
        let after = json!({ "credential": change.credential.as_str(), "sessions_ended": ended });
        audit_append_in_tx(conn, &[change.audit.after(after)]).await?;
        Ok(ended)
    })
    .await
}

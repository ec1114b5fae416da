//! A new secret in place of a forgotten one.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{CodeVerdict, UserStatus};
use ofektom_domain::ports::{ResetOutcome, SecretReset, StoreResult};
use serde_json::json;

use super::code::{secret_code_delete_in_tx, secret_code_lock_in_tx, secret_code_tried_in_tx};
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::people::{user_by_id_on, user_lock_in_tx};
use crate::schema::users;
use crate::sessions::{attempts_forget_in_tx, sessions_end_in_tx};

pub(super) async fn secret_reset(db: &Db, reset: SecretReset) -> StoreResult<ResetOutcome> {
    db.write(async move |conn| {
        let Some(code) = secret_code_lock_in_tx(conn, reset.key).await? else { return Ok(ResetOutcome::Rejected) };
        match code.verdict(reset.offered, reset.audit.at) {
            CodeVerdict::Right(user) => secret_set_in_tx(conn, user, reset).await,
            CodeVerdict::Wrong => {
                secret_code_tried_in_tx(conn, &code).await?;
                Ok(ResetOutcome::Rejected)
            }
            CodeVerdict::Worthless => Ok(ResetOutcome::Rejected),
        }
    })
    .await
}

async fn secret_set_in_tx(conn: &mut Conn, id: UserId, reset: SecretReset) -> DbResult<ResetOutcome> {
    user_lock_in_tx(conn, id).await?;
    // He may have been suspended since he asked for the code.
    let found = user_by_id_on(conn, id).await?.filter(|user| user.status == UserStatus::Active);
    let Some(user) = found else { return Ok(ResetOutcome::Rejected) };
    if !user.credential.may_become(reset.credential) {
        return Ok(ResetOutcome::PassphraseNeeded);
    }
    let now = reset.audit.at;
    let values = (
        users::secret_hash.eq(Some(reset.new.0)),
        users::credential.eq(Col(reset.credential)),
        users::updated_at.eq(Col(now)),
        users::updated_by.eq(Col(id)),
    );
    on!(conn, |c| diesel::update(users::table.find(Col(id))).set(values).execute(c).await)?;
    let ended = sessions_end_in_tx(conn, id, None, now).await?;
    attempts_forget_in_tx(conn, reset.key).await?;
    secret_code_delete_in_tx(conn, reset.key).await?;
    let after = json!({ "credential": reset.credential.as_str(), "sessions_ended": ended });
    let audit = AuditRow { actor: Some(id), entity_id: id.uuid(), ..reset.audit }.after(after);
    audit_append_in_tx(conn, &[audit]).await?;
    Ok(ResetOutcome::Done(id))
}

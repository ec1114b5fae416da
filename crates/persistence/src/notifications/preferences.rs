//! What a person does not want to be told.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::{MutedKinds, NotificationKind, PreferenceChange, preferences_decide};
use ofektom_domain::ports::StoreResult;

use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::people::user_lock_in_tx;
use crate::schema::notification_mutes as mutes;

pub(super) async fn muted_on(conn: &mut Conn, user: UserId) -> DbResult<MutedKinds> {
    let of_user = mutes::table.filter(mutes::user_id.eq(Col(user))).select(mutes::kind);
    let kinds = on!(conn, |c| of_user.load::<Col<NotificationKind>>(c).await)?;
    Ok(kinds.into_iter().map(|kind| kind.0).collect())
}

pub(super) async fn notification_preferences_update(
    db: &Db,
    changes: Vec<PreferenceChange>,
    context: Context,
) -> StoreResult<MutedKinds> {
    db.write(async move |conn| {
        let user = context.actor;
        user_lock_in_tx(conn, user).await?;
        let before = muted_on(conn, user).await?;
        let (after, audit) = preferences_decide(&before, &changes, &context)?;
        for kind in before.difference(&after) {
            let it = mutes::table.find((Col(user), Col(*kind)));
            on!(conn, |c| diesel::delete(it).execute(c).await)?;
        }
        for kind in after.difference(&before) {
            let row = (mutes::user_id.eq(Col(user)), mutes::kind.eq(Col(*kind)));
            on!(conn, |c| diesel::insert_into(mutes::table).values(row).execute(c).await)?;
        }
        audit_append_in_tx(conn, audit.as_slice()).await?;
        Ok(after)
    })
    .await
}

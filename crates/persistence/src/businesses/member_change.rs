//! Changing a membership, and leaving.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{
    MemberChange, MemberUse, Membership, MembershipStatus, leave_decide, member_change_decide,
};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::people::PlatformRole;
use ofektom_domain::ports::{Member, StoreError, StoreResult};
use serde_json::json;

use super::lock::{business_hold_in_tx, membership_lock_in_tx};
use super::member_use::member_use_on;
use super::members::member_by_id_on;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::people::user_lock_in_tx;
use crate::schema::memberships;
use crate::sessions::sessions_end_in_tx;

pub(super) async fn membership_update(
    db: &Db,
    (business, user): (BusinessId, UserId),
    change: MemberChange,
    context: Context,
) -> StoreResult<Member> {
    db.write(async move |conn| {
        let of = business_hold_in_tx(conn, business).await?;
        let before = member_lock_in_tx(conn, business, user).await?;
        let used =
            if change.ends_something() { member_use_on(conn, business, user).await? } else { MemberUse::default() };
        let whom = (&before.membership, before.user.credential);
        let (after, audit) = member_change_decide(&of, whom, change, used, &context)?;
        membership_store_in_tx(conn, &after).await?;
        let stopped = after.status != MembershipStatus::Active && before.membership.status == MembershipStatus::Active;
        let audit = if stopped { sessions_stop_in_tx(conn, &before, &context, audit).await? } else { audit };
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(Member { membership: after, user: before.user })
    })
    .await
}

pub(super) async fn member_leave(db: &Db, business: BusinessId, context: Context) -> StoreResult<Member> {
    db.write(async move |conn| {
        let of = business_hold_in_tx(conn, business).await?;
        let before = member_lock_in_tx(conn, business, context.actor).await?;
        if before.membership.status != MembershipStatus::Active {
            return Err(StoreError::NotFound.into());
        }
        let used = member_use_on(conn, business, context.actor).await?;
        let (after, audit) = leave_decide(&of, &before.membership, used, &context)?;
        membership_store_in_tx(conn, &after).await?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(Member { membership: after, user: before.user })
    })
    .await
}

/// The person first, so that of two businesses that stop him at once the later one sees what the other did.
async fn member_lock_in_tx(conn: &mut Conn, business: BusinessId, user: UserId) -> DbResult<Member> {
    user_lock_in_tx(conn, user).await?;
    membership_lock_in_tx(conn, business, user).await?;
    Ok(member_by_id_on(conn, business, user).await?.ok_or(StoreError::NotFound)?)
}

async fn membership_store_in_tx(conn: &mut Conn, after: &Membership) -> DbResult<()> {
    let it = memberships::table.find((Col(after.business_id), Col(after.user_id)));
    let values = (
        memberships::role.eq(Col(after.role)),
        memberships::unit_id.eq(Col(after.unit_id)),
        memberships::status.eq(Col(after.status)),
        memberships::updated_at.eq(Col(after.updated_at)),
        memberships::updated_by.eq(Col(after.updated_by)),
    );
    // The unit's key: it is gone, or another business's.
    on!(conn, |c| diesel::update(it).set(values).execute(c).await).foreign_key_means(StoreError::NotFound)?;
    Ok(())
}

/// Ends the sessions of a person who has no business any more in which he could act; the row tells how many.
async fn sessions_stop_in_tx(
    conn: &mut Conn,
    before: &Member,
    context: &Context,
    audit: AuditRow,
) -> DbResult<AuditRow> {
    let user = &before.user;
    let active = memberships::table
        .filter(memberships::user_id.eq(Col(user.id)))
        .filter(memberships::status.eq(Col(MembershipStatus::Active)));
    let elsewhere = on!(conn, |c| active.count().get_result::<i64>(c).await)? > 0;
    if elsewhere || user.platform_role != PlatformRole::None {
        return Ok(audit);
    }
    let ended = sessions_end_in_tx(conn, user.id, None, context.now).await?;
    let mut after = audit.after.clone().unwrap_or_else(|| json!({}));
    if let Some(state) = after.as_object_mut() {
        state.insert("sessions_ended".to_owned(), json!(ended));
    }
    Ok(audit.after(after))
}

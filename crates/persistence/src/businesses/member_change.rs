//! Changing a membership.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::ports::{Member, MemberChange, StoreError, StoreResult};

use super::members::member_by_id_on;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Db, Means as _};
use crate::schema::memberships;

pub(super) async fn membership_update(
    db: &Db,
    (business, user): (BusinessId, UserId),
    change: MemberChange,
    context: Context,
    audit: AuditRow,
) -> StoreResult<Member> {
    db.write(async move |conn| {
        let it = memberships::table.find((Col(business), Col(user)));
        let values = (
            change.role.map(|role| memberships::role.eq(Col(role))),
            change.unit_id.map(|unit| memberships::unit_id.eq(Col(unit))),
            change.status.map(|status| memberships::status.eq(Col(status))),
            memberships::updated_at.eq(Col(context.now)),
            memberships::updated_by.eq(Col(context.actor)),
        );
        let changed =
            on!(conn, |c| diesel::update(it).set(values).execute(c).await).foreign_key_means(StoreError::NotFound)?;
        if changed == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(member_by_id_on(conn, business, user).await?.ok_or(StoreError::NotFound)?)
    })
    .await
}

//! Becoming a member.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{BusinessStatus, JoinCode, Membership, MembershipStatus};
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::ports::{Conflict, StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::lock::business_hold_in_tx;
use super::row::MembershipRow;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::schema::{businesses, memberships};

/// Adds a membership. `Conflict(Membership)` when the person has one of any status, `NotFound` when the business, the
/// unit or the person does not exist.
pub(crate) async fn membership_insert_in_tx(conn: &mut Conn, membership: &Membership) -> DbResult<()> {
    let row = MembershipRow::from(membership);
    let inserted = on!(conn, |c| diesel::insert_into(memberships::table).values(row).execute(c).await);
    match inserted.unique_means(Conflict::Membership) {
        Err(crate::engine::DbError::Query(error)) => Err(error).foreign_key_means(StoreError::NotFound),
        other => other.map(drop),
    }
}

/// All memberships of a person, the newest first.
pub(crate) async fn memberships_of_on(conn: &mut Conn, user: UserId) -> DbResult<Vec<Membership>> {
    let rows = on!(conn, |c| memberships::table
        .inner_join(businesses::table)
        .filter(memberships::user_id.eq(Col(user)))
        .order((memberships::created_at.desc(), memberships::business_id.desc()))
        .select((MembershipRow::as_select(), businesses::name))
        .load::<(MembershipRow, String)>(c)
        .await)?;
    Ok(rows.into_iter().map(|(row, name)| row.named(name)).collect())
}

pub(super) async fn membership_create(
    db: &Db,
    membership: Membership,
    code: JoinCode,
    audit: AuditRow,
) -> StoreResult<()> {
    db.write(async move |conn| {
        business_join_in_tx(conn, membership.business_id, Some(code)).await?;
        membership_create_in_tx(conn, &membership).await?;
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

/// Holds a business that somebody is to become a member of: it trades until then, and keeps its code. `NotFound` when `code` is
/// not its code any more, or with a code when it does not trade; `Refused` without one.
pub(crate) async fn business_join_in_tx(conn: &mut Conn, id: BusinessId, code: Option<JoinCode>) -> DbResult<()> {
    let business = business_hold_in_tx(conn, id).await?;
    let trades = business.status == BusinessStatus::Active;
    match code {
        Some(code) if code != business.join_code || !trades => Err(StoreError::NotFound.into()),
        None if !trades => Err(Refusal::BusinessNotActive.into()),
        Some(_) | None => Ok(()),
    }
}

/// Adds a membership, or makes one that was left active again. `Conflict(Membership)` when there is an active or suspended
/// one.
pub(crate) async fn membership_create_in_tx(conn: &mut Conn, membership: &Membership) -> DbResult<()> {
    let left = memberships::table
        .find((Col(membership.business_id), Col(membership.user_id)))
        .filter(memberships::status.eq(Col(MembershipStatus::Left)));
    let back = (
        memberships::role.eq(Col(membership.role)),
        memberships::unit_id.eq(Col(membership.unit_id)),
        memberships::status.eq(Col(membership.status)),
        memberships::updated_at.eq(Col(membership.updated_at)),
        memberships::updated_by.eq(Col(membership.updated_by)),
    );
    if on!(conn, |c| diesel::update(left).set(back).execute(c).await)? == 0 {
        membership_insert_in_tx(conn, membership).await?;
    }
    Ok(())
}

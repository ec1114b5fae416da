//! Units of a business.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{InvitationStatus, Unit};
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{Conflict, StoreError, StoreResult};

use super::lock::unit_lock_in_tx;
use super::row::{UnitRow, name_key};
use crate::audit::audit_append_in_tx;
use crate::engine::{Clause, Col, Conn, Db, DbResult, Means as _, total_on};
use crate::schema::{businesses, invitations, units};

pub(super) async fn unit_insert_in_tx(conn: &mut Conn, unit: Unit) -> DbResult<()> {
    let row = UnitRow::from(unit);
    // The id is fresh, so a unique violation is the name's.
    on!(conn, |c| diesel::insert_into(units::table).values(row).execute(c).await).unique_means(Conflict::UnitName)?;
    Ok(())
}

pub(super) async fn unit_create(db: &Db, unit: Unit, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        unit_insert_in_tx(conn, unit).await?;
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

pub(super) async fn unit_by_id(db: &Db, business: BusinessId, id: UnitId) -> StoreResult<Option<Unit>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| units::table
            .find((Col(business), Col(id)))
            .select(UnitRow::as_select())
            .first::<UnitRow>(c)
            .await
            .optional())?;
        Ok(found.map(Unit::from))
    })
    .await
}

pub(super) async fn units_list(db: &Db, business: BusinessId, page: PageRequest) -> StoreResult<Page<Unit>> {
    db.read_list(async move |conn| {
        let meant = || Clause::<units::table>::all().with(units::business_id.eq(Col(business)));
        let total = total_on(conn, page, || units::table.filter(meant()).count()).await?;
        let rows = on!(conn, |c| units::table
            .filter(meant().with_some(page.after, |after| units::id.lt(Col(after))))
            .order(units::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(UnitRow::as_select())
            .load::<UnitRow>(c)
            .await)?;
        let units = rows.into_iter().map(Unit::from).collect();
        Ok(Page::from_rows(units, page.limit, |unit: &Unit| unit.id.uuid()).counted(total))
    })
    .await
}

pub(super) async fn unit_update(db: &Db, unit: Unit, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        let it = units::table.find((Col(unit.business_id), Col(unit.id)));
        let change = (
            units::name_key.eq(name_key(&unit.name)),
            units::name.eq(unit.name),
            units::updated_at.eq(Col(unit.updated_at)),
            units::updated_by.eq(Col(unit.updated_by)),
        );
        let changed =
            on!(conn, |c| diesel::update(it).set(change).execute(c).await).unique_means(Conflict::UnitName)?;
        if changed == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

/// Members and cards keep a unit by their foreign keys. The business's own key is checked at the commit only, which is
/// too late to say what it means, and invitations have none, since old ones keep no unit: both are looked at here. Whoever
/// makes a unit the default or invites to it holds it, so he is seen, or sees that it is gone.
pub(super) async fn unit_delete(db: &Db, business: BusinessId, id: UnitId, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        if !unit_lock_in_tx(conn, business, id).await? {
            return Err(StoreError::NotFound.into());
        }
        let as_default = businesses::table.find(Col(business)).filter(businesses::default_unit_id.eq(Col(id)));
        let is_default = on!(conn, |c| as_default.count().get_result::<i64>(c).await)? > 0;
        if is_default || is_invited_to_on(conn, business, id, audit.at).await? {
            return Err(StoreError::Conflict(Conflict::UnitInUse).into());
        }
        let it = units::table.find((Col(business), Col(id)));
        let deleted = on!(conn, |c| diesel::delete(it).execute(c).await)
            .foreign_key_means(StoreError::Conflict(Conflict::UnitInUse))?;
        if deleted == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

/// Whether somebody may still accept an invitation to the unit.
async fn is_invited_to_on(conn: &mut Conn, business: BusinessId, id: UnitId, now: Timestamp) -> DbResult<bool> {
    let pending = invitations::table
        .filter(invitations::business_id.eq(Col(business)))
        .filter(invitations::unit_id.eq(Col(id)))
        .filter(invitations::status.eq(Col(InvitationStatus::Pending)))
        .filter(invitations::expires_at.gt(Col(now)));
    Ok(on!(conn, |c| pending.count().get_result::<i64>(c).await)? > 0)
}

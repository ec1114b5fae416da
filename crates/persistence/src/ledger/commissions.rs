//! Listing commission movements.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{CommissionFilter, ReadScope, StoreResult};

use super::row::CommissionRow;
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::savings::Reach;
use crate::schema::commissions;
use crate::search::cards_found;

/// The movements that a filter means, of those that may be read. `own` of the reach is the collector.
pub(super) fn wanted(reach: &Reach, filter: &CommissionFilter) -> Clause<commissions::table> {
    reach
        .clause(commissions::business_id, commissions::collector_id)
        .with_some(filter.savings_account_id, |card| commissions::savings_account_id.eq(Col(card)))
        .with_some(filter.collector, |collector| commissions::collector_id.eq(Col(collector)))
        .with_some(filter.unit_id, |unit| commissions::unit_id.eq(Col(unit)))
        .with_some(filter.from, |from| commissions::occurred_on.ge(Col(from)))
        .with_some(filter.to, |to| commissions::occurred_on.le(Col(to)))
        .with_some(filter.search.as_ref(), |text| {
            Clause::<commissions::table>::all().with_in(commissions::savings_account_id, cards_found(reach, text))
        })
}

pub(super) async fn commissions_list(
    db: &Db,
    scope: &ReadScope,
    filter: CommissionFilter,
    page: PageRequest,
) -> StoreResult<Page<CommissionMovement>> {
    let reach = Reach::of(scope, filter.business_id);
    db.read_list(async move |conn| commissions_on(conn, &reach, &filter, page).await).await
}

async fn commissions_on(
    conn: &mut Conn,
    reach: &Reach,
    filter: &CommissionFilter,
    page: PageRequest,
) -> DbResult<Page<CommissionMovement>> {
    let meant = || wanted(reach, filter);
    let total = total_on(conn, page, || commissions::table.filter(meant()).count()).await?;
    let rows = on!(conn, |c| commissions::table
        .filter(meant().with_some(page.after, |after| commissions::id.lt(Col(after))))
        .order(commissions::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select(CommissionRow::as_select())
        .load::<CommissionRow>(c)
        .await)?;
    let found = rows.into_iter().map(CommissionMovement::from).collect();
    Ok(Page::from_rows(found, page.limit, |movement: &CommissionMovement| movement.id.uuid()).counted(total))
}

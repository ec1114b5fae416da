//! Listing commission movements.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{CommissionFilter, ReadScope, StoreResult};

use super::row::CommissionRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::savings::Reach;
use crate::schema::commissions;

pub(super) async fn commissions_list(
    db: &Db,
    scope: &ReadScope,
    filter: CommissionFilter,
    page: PageRequest,
) -> StoreResult<Page<CommissionMovement>> {
    let reach = Reach::of(scope, filter.business_id);
    let found = db.read(async move |conn| commissions_on(conn, reach, filter, page).await).await?;
    Ok(Page::from_rows(found, page.limit, |movement| movement.id.uuid()))
}

/// One movement more than the page has, newest first. `own` of the reach is the collector.
async fn commissions_on(
    conn: &mut Conn,
    reach: Reach,
    filter: CommissionFilter,
    page: PageRequest,
) -> DbResult<Vec<CommissionMovement>> {
    let rows = on!(conn, |c| {
        let mut query = commissions::table
            .order(commissions::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(CommissionRow::as_select())
            .into_boxed();
        query = match reach {
            Reach::Everything => query,
            Reach::Nothing => return Ok(Vec::new()),
            Reach::Business(business) => query.filter(commissions::business_id.eq(business)),
            Reach::OwnIn(business, own) => {
                query.filter(commissions::business_id.eq(business)).filter(commissions::collector_id.eq(own))
            }
            Reach::Several { businesses, own_in, own } => query.filter(
                commissions::business_id
                    .eq_any(businesses)
                    .or(commissions::business_id.eq_any(own_in).and(commissions::collector_id.eq(own))),
            ),
        };
        if let Some(card) = filter.savings_account_id {
            query = query.filter(commissions::savings_account_id.eq(Col(card)));
        }
        if let Some(collector) = filter.collector {
            query = query.filter(commissions::collector_id.eq(Col(collector)));
        }
        if let Some(unit) = filter.unit_id {
            query = query.filter(commissions::unit_id.eq(Col(unit)));
        }
        if let Some(from) = filter.from {
            query = query.filter(commissions::occurred_on.ge(Col(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter(commissions::occurred_on.le(Col(to)));
        }
        if let Some(after) = page.after {
            query = query.filter(commissions::id.lt(Col(after)));
        }
        query.load::<CommissionRow>(c).await
    })?;
    Ok(rows.into_iter().map(CommissionMovement::from).collect())
}

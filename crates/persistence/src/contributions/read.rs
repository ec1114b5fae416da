//! Reading contributions and the boxes they paid.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::{Contribution, ContributionKind, ContributionStatus, Marking};
use ofektom_domain::ids::{BusinessId, ContributionId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ContributionFilter, ReadScope, StoreResult};

use super::row::{ContributionRow, MarkingRow};
use crate::engine::{Col, Conn, Db, DbResult};
use crate::savings::{CardKey, Reach};
use crate::schema::{contributions, markings};

pub(super) async fn contribution_by_id(
    db: &Db,
    scope: &ReadScope,
    id: ContributionId,
) -> StoreResult<Option<Contribution>> {
    let (reach, page) = (Reach::of(scope, None), PageRequest { limit: 1, after: None });
    db.read(async move |conn| {
        let found = contributions_on(conn, reach, Some(id), ContributionFilter::default(), page).await?;
        Ok(found.into_iter().next())
    })
    .await
}

pub(super) async fn contributions_list(
    db: &Db,
    scope: &ReadScope,
    filter: ContributionFilter,
    page: PageRequest,
) -> StoreResult<Page<Contribution>> {
    let reach = Reach::of(scope, filter.business_id);
    let found = db.read(async move |conn| contributions_on(conn, reach, None, filter, page).await).await?;
    Ok(Page::from_rows(found, page.limit, |contribution| contribution.id.uuid()))
}

/// One contribution more than the page has, newest first. `own` of the reach is the card's customer.
async fn contributions_on(
    conn: &mut Conn,
    reach: Reach,
    id: Option<ContributionId>,
    filter: ContributionFilter,
    page: PageRequest,
) -> DbResult<Vec<Contribution>> {
    let rows = on!(conn, |c| {
        let mut query = contributions::table
            .order(contributions::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(ContributionRow::as_select())
            .into_boxed();
        query = match reach {
            Reach::Everything => query,
            Reach::Nothing => return Ok(Vec::new()),
            Reach::Business(business) => query.filter(contributions::business_id.eq(business)),
            Reach::OwnIn(business, own) => {
                query.filter(contributions::business_id.eq(business)).filter(contributions::customer_id.eq(own))
            }
            Reach::Several { businesses, own_in, own } => query.filter(
                contributions::business_id
                    .eq_any(businesses)
                    .or(contributions::business_id.eq_any(own_in).and(contributions::customer_id.eq(own))),
            ),
        };
        if let Some(id) = id {
            query = query.filter(contributions::id.eq(Col(id)));
        }
        if let Some(card) = filter.savings_account_id {
            query = query.filter(contributions::savings_account_id.eq(Col(card)));
        }
        if let Some(collector) = filter.collected_by {
            query = query.filter(contributions::collected_by.eq(Col(collector)));
        }
        if let Some(from) = filter.from {
            query = query.filter(contributions::collected_on.ge(Col(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter(contributions::collected_on.le(Col(to)));
        }
        if let Some(method) = filter.method {
            query = query.filter(contributions::method.eq(Col(method)));
        }
        if let Some(status) = filter.status {
            let kind = if status == ContributionStatus::Reversal {
                ContributionKind::Reversal
            } else {
                ContributionKind::Collection
            };
            query = query.filter(contributions::kind.eq(Col(kind)));
            query = if status == ContributionStatus::Reversed {
                query.filter(contributions::reversed_by.is_not_null())
            } else {
                query.filter(contributions::reversed_by.is_null())
            };
        }
        if let Some(after) = page.after {
            query = query.filter(contributions::id.lt(Col(after)));
        }
        query.load::<ContributionRow>(c).await
    })?;
    Ok(rows.into_iter().map(Contribution::from).collect())
}

pub(super) async fn contribution_markings(
    db: &Db,
    business: BusinessId,
    id: ContributionId,
) -> StoreResult<Vec<Marking>> {
    db.read(async move |conn| {
        let of_business = markings::table.filter(markings::business_id.eq(Col(business))).order(markings::box_date);
        let paid = of_business.filter(markings::contribution_id.eq(Col(id)));
        let mut rows = on!(conn, |c| paid.select(MarkingRow::as_select()).load::<MarkingRow>(c).await)?;
        if rows.is_empty() {
            // A reversal has no markings of its own: those that it reopened name it.
            let reopened = of_business.filter(markings::reversed_by.eq(Some(Col(id))));
            rows = on!(conn, |c| reopened.select(MarkingRow::as_select()).load::<MarkingRow>(c).await)?;
        }
        Ok(rows.into_iter().map(Marking::from).collect())
    })
    .await
}

/// The live markings of a card, in order of days.
pub(crate) async fn live_markings_on(conn: &mut Conn, (business, card): CardKey) -> DbResult<Vec<Marking>> {
    let rows = on!(conn, |c| markings::table
        .filter(markings::business_id.eq(Col(business)))
        .filter(markings::savings_account_id.eq(Col(card)))
        .filter(markings::reversed_by.is_null())
        .order(markings::box_date)
        .select(MarkingRow::as_select())
        .load::<MarkingRow>(c)
        .await)?;
    Ok(rows.into_iter().map(Marking::from).collect())
}

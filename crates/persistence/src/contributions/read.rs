//! Reading contributions and the boxes they paid.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::{Contribution, ContributionKind, ContributionMethod, ContributionStatus, Marking};
use ofektom_domain::ids::{BusinessId, ContributionId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ContributionFilter, ReadScope, StoreResult};

use super::row::{ContributionRow, MarkingRow};
use crate::engine::{Clause, Col, Conn, Db, DbResult, fixed, total_on};
use crate::id_bounds::{id_after_day_recorded_late, id_of_day};
use crate::savings::{CardKey, Reach};
use crate::schema::{contributions, markings};
use crate::search::customer_or_card_meant;

/// The contributions that a filter means, of those that may be read. `own` of the reach is the card's customer.
fn wanted(reach: &Reach, filter: &ContributionFilter) -> Clause<contributions::table> {
    let of_kind = |kind| Clause::all().with(contributions::kind.eq(Col(kind)));
    let standing = |status| match status {
        ContributionStatus::Posted => of_kind(ContributionKind::Collection).with(contributions::reversed_by.is_null()),
        ContributionStatus::Reversed => {
            of_kind(ContributionKind::Collection).with(contributions::reversed_by.is_not_null())
        }
        // Which is the same, and says it as the index of reversals does.
        ContributionStatus::Reversal => of_kind(ContributionKind::Reversal).with(contributions::reverses.is_not_null()),
    };
    // Said as the index of the rare methods says it.
    let not_cash = filter.method.is_some_and(|method| method != ContributionMethod::Cash);
    let meant =
        |text| customer_or_card_meant(reach, text, contributions::customer_id, contributions::savings_account_id);
    reach
        .clause(contributions::business_id, contributions::customer_id)
        .with_some(filter.savings_account_id, |card| contributions::savings_account_id.eq(Col(card)))
        .with_some(filter.customer_id, |customer| contributions::customer_id.eq(Col(customer)))
        .with_some(filter.collected_by, |collector| contributions::collected_by.eq(Col(collector)))
        .with_some(filter.unit_id, |unit| contributions::unit_id.eq(Col(unit)))
        .with_some(filter.from, |from| {
            contributions::collected_on.ge(Col(from)).and(contributions::id.ge(Col(id_of_day(from))))
        })
        .with_some(filter.to, |to| {
            contributions::collected_on.le(Col(to)).and(contributions::id.lt(Col(id_after_day_recorded_late(to))))
        })
        .with_some(filter.method, |method| contributions::method.eq(Col(method)))
        .with_some(not_cash.then_some("method <> 'cash'"), fixed::<Bool>)
        .with_some(filter.status, standing)
        .with_some(filter.search.as_ref(), meant)
}

pub(super) async fn contribution_by_id(
    db: &Db,
    scope: &ReadScope,
    id: ContributionId,
) -> StoreResult<Option<Contribution>> {
    let reach = Reach::of(scope, None);
    db.read(async move |conn| {
        let readable: Clause<contributions::table> =
            reach.clause(contributions::business_id, contributions::customer_id);
        let found = on!(conn, |c| contributions::table
            .filter(readable.with(contributions::id.eq(Col(id))))
            .select(ContributionRow::as_select())
            .first::<ContributionRow>(c)
            .await
            .optional())?;
        Ok(found.map(Contribution::from))
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
    db.read_list(async move |conn| contributions_on(conn, &reach, &filter, page).await).await
}

async fn contributions_on(
    conn: &mut Conn,
    reach: &Reach,
    filter: &ContributionFilter,
    page: PageRequest,
) -> DbResult<Page<Contribution>> {
    let meant = || wanted(reach, filter);
    let total = total_on(conn, page, || contributions::table.filter(meant()).count()).await?;
    let rows = on!(conn, |c| contributions::table
        .filter(meant().with_some(page.after, |after| contributions::id.lt(Col(after))))
        .order(contributions::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select(ContributionRow::as_select())
        .load::<ContributionRow>(c)
        .await)?;
    let found = rows.into_iter().map(Contribution::from).collect();
    Ok(Page::from_rows(found, page.limit, |contribution: &Contribution| contribution.id.uuid()).counted(total))
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

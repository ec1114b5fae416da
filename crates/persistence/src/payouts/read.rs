//! Reading payment requests.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::ports::{PayoutFilter, ReadScope, StoreResult};

use super::row::PaymentRequestRow;
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::id_bounds::{id_after_day, id_of_day};
use crate::savings::Reach;
use crate::schema::payment_requests as requests;
use crate::search::customer_or_card_meant;

/// The payment requests that a filter means, of those that may be read. `own` of the reach is the customer.
fn wanted(reach: &Reach, filter: &PayoutFilter) -> Clause<requests::table> {
    let meant = |text| customer_or_card_meant(reach, text, requests::customer_id, requests::savings_account_id);
    reach
        .clause(requests::business_id, requests::customer_id)
        .with_some(filter.customer_id, |customer| requests::customer_id.eq(Col(customer)))
        .with_some(filter.savings_account_id, |card| requests::savings_account_id.eq(Col(card)))
        .with_some(filter.unit_id, |unit| requests::unit_id.eq(Col(unit)))
        .with_some(filter.status, |status| requests::status.eq(Col(status)))
        .with_some(filter.from, |from| requests::filed_on.ge(Col(from)).and(requests::id.ge(Col(id_of_day(from)))))
        .with_some(filter.to, |to| requests::filed_on.le(Col(to)).and(requests::id.lt(Col(id_after_day(to)))))
        .with_some(filter.search.as_ref(), meant)
}

pub(super) async fn payout_by_id(
    db: &Db,
    scope: &ReadScope,
    id: PaymentRequestId,
) -> StoreResult<Option<PaymentRequest>> {
    let reach = Reach::of(scope, None);
    db.read(async move |conn| {
        let readable: Clause<requests::table> = reach.clause(requests::business_id, requests::customer_id);
        let found = on!(conn, |c| requests::table
            .filter(readable.with(requests::id.eq(Col(id))))
            .select(PaymentRequestRow::as_select())
            .first::<PaymentRequestRow>(c)
            .await
            .optional())?;
        found.map(PaymentRequest::try_from).transpose()
    })
    .await
}

pub(super) async fn payouts_list(
    db: &Db,
    scope: &ReadScope,
    filter: PayoutFilter,
    page: PageRequest,
) -> StoreResult<Page<PaymentRequest>> {
    let reach = Reach::of(scope, filter.business_id);
    db.read_list(async move |conn| requests_on(conn, &reach, &filter, page).await).await
}

async fn requests_on(
    conn: &mut Conn,
    reach: &Reach,
    filter: &PayoutFilter,
    page: PageRequest,
) -> DbResult<Page<PaymentRequest>> {
    let meant = || wanted(reach, filter);
    let total = total_on(conn, page, || requests::table.filter(meant()).count()).await?;
    let rows = on!(conn, |c| requests::table
        .filter(meant().with_some(page.after, |after| requests::id.lt(Col(after))))
        .order(requests::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select(PaymentRequestRow::as_select())
        .load::<PaymentRequestRow>(c)
        .await)?;
    let found = rows.into_iter().map(PaymentRequest::try_from).collect::<DbResult<_>>()?;
    Ok(Page::from_rows(found, page.limit, |request: &PaymentRequest| request.id.uuid()).counted(total))
}

//! Reading payment requests.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::ports::{PayoutFilter, ReadScope, StoreResult};

use super::row::PaymentRequestRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::savings::Reach;
use crate::schema::payment_requests as requests;

pub(super) async fn payout_by_id(
    db: &Db,
    scope: &ReadScope,
    id: PaymentRequestId,
) -> StoreResult<Option<PaymentRequest>> {
    let (reach, page) = (Reach::of(scope, None), PageRequest { limit: 1, after: None });
    db.read(async move |conn| {
        let found = requests_on(conn, reach, Some(id), PayoutFilter::default(), page).await?;
        Ok(found.into_iter().next())
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
    let found = db.read(async move |conn| requests_on(conn, reach, None, filter, page).await).await?;
    Ok(Page::from_rows(found, page.limit, |request| request.id.uuid()))
}

/// One payment request more than the page has, newest first.
async fn requests_on(
    conn: &mut Conn,
    reach: Reach,
    id: Option<PaymentRequestId>,
    filter: PayoutFilter,
    page: PageRequest,
) -> DbResult<Vec<PaymentRequest>> {
    let rows = on!(conn, |c| {
        let mut query = requests::table
            .order(requests::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(PaymentRequestRow::as_select())
            .into_boxed();
        query = match reach {
            Reach::Everything => query,
            Reach::Nothing => return Ok(Vec::new()),
            Reach::Business(business) => query.filter(requests::business_id.eq(business)),
            Reach::OwnIn(business, own) => {
                query.filter(requests::business_id.eq(business)).filter(requests::customer_id.eq(own))
            }
            Reach::Several { businesses, own_in, own } => query.filter(
                requests::business_id
                    .eq_any(businesses)
                    .or(requests::business_id.eq_any(own_in).and(requests::customer_id.eq(own))),
            ),
        };
        if let Some(id) = id {
            query = query.filter(requests::id.eq(Col(id)));
        }
        if let Some(customer) = filter.customer_id {
            query = query.filter(requests::customer_id.eq(Col(customer)));
        }
        if let Some(card) = filter.savings_account_id {
            query = query.filter(requests::savings_account_id.eq(Col(card)));
        }
        if let Some(status) = filter.status {
            query = query.filter(requests::status.eq(Col(status)));
        }
        if let Some(from) = filter.from {
            query = query.filter(requests::filed_on.ge(Col(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter(requests::filed_on.le(Col(to)));
        }
        if let Some(after) = page.after {
            query = query.filter(requests::id.lt(Col(after)));
        }
        query.load::<PaymentRequestRow>(c).await
    })?;
    rows.into_iter().map(PaymentRequest::try_from).collect()
}

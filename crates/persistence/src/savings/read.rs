//! Reading cards.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::Marking;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ReadScope, SavingsFilter, StoreResult};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;

use super::row::CardRow;
use super::scope::Reach;
use crate::contributions::live_markings_on;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::savings_accounts as cards;

/// A question for cards, all parts of which must hold.
#[derive(Clone)]
struct Wanted {
    reach: Reach,
    id: Option<SavingsAccountId>,
    number: Option<TrackingNumber>,
    filter: SavingsFilter,
    page: PageRequest,
}

impl Wanted {
    /// The newest card that the scope lets be read.
    fn one(scope: &ReadScope) -> Self {
        let (reach, page) = (Reach::of(scope, None), PageRequest { limit: 1, after: None });
        Self { reach, id: None, number: None, filter: SavingsFilter::default(), page }
    }
}

pub(super) async fn savings_by_id(
    db: &Db,
    scope: &ReadScope,
    id: SavingsAccountId,
) -> StoreResult<Option<SavingsAccount>> {
    let wanted = Wanted { id: Some(id), ..Wanted::one(scope) };
    db.read(async move |conn| Ok(cards_on(conn, wanted).await?.into_iter().next())).await
}

pub(super) async fn savings_by_tracking(
    db: &Db,
    scope: &ReadScope,
    number: TrackingNumber,
) -> StoreResult<Option<SavingsAccount>> {
    let wanted = Wanted { number: Some(number), ..Wanted::one(scope) };
    db.read(async move |conn| Ok(cards_on(conn, wanted).await?.into_iter().next())).await
}

pub(super) async fn savings_list(
    db: &Db,
    scope: &ReadScope,
    filter: SavingsFilter,
    page: PageRequest,
) -> StoreResult<Page<SavingsAccount>> {
    let wanted = Wanted { reach: Reach::of(scope, filter.business_id), filter, page, ..Wanted::one(scope) };
    let found = db.read(async move |conn| cards_on(conn, wanted).await).await?;
    Ok(Page::from_rows(found, page.limit, |card| card.id.uuid()))
}

pub(super) async fn markings_of(db: &Db, business: BusinessId, card: SavingsAccountId) -> StoreResult<Vec<Marking>> {
    db.read(async move |conn| live_markings_on(conn, (business, card)).await).await
}

/// One card more than the page has, newest first.
async fn cards_on(conn: &mut Conn, wanted: Wanted) -> DbResult<Vec<SavingsAccount>> {
    let Wanted { reach, id, number, filter, page } = wanted;
    let rows = on!(conn, |c| {
        let mut query = cards::table
            .order(cards::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(CardRow::as_select())
            .into_boxed();
        query = match reach {
            Reach::Everything => query,
            Reach::Nothing => return Ok(Vec::new()),
            Reach::Business(business) => query.filter(cards::business_id.eq(business)),
            Reach::OwnIn(business, own) => {
                query.filter(cards::business_id.eq(business)).filter(cards::customer_id.eq(own))
            }
            Reach::Several { businesses, own_in, own } => query.filter(
                cards::business_id
                    .eq_any(businesses)
                    .or(cards::business_id.eq_any(own_in).and(cards::customer_id.eq(own))),
            ),
        };
        if let Some(id) = id {
            query = query.filter(cards::id.eq(Col(id)));
        }
        if let Some(number) = number {
            query = query.filter(cards::tracking_number.eq(Col(number)));
        }
        if let Some(customer) = filter.customer_id {
            query = query.filter(cards::customer_id.eq(Col(customer)));
        }
        if let Some(unit) = filter.unit_id {
            query = query.filter(cards::unit_id.eq(Col(unit)));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(cards::plan_kind.eq(Col(kind)));
        }
        if let Some(status) = filter.status {
            query = query.filter(cards::status.eq(Col(status)));
        }
        if let Some(after) = page.after {
            query = query.filter(cards::id.lt(Col(after)));
        }
        query.load::<CardRow>(c).await
    })?;
    rows.into_iter().map(SavingsAccount::try_from).collect()
}

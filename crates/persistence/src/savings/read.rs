//! Reading cards.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::Marking;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ReadScope, SavingsFilter, StoreResult};
use ofektom_domain::savings::{CompletionReason, Progress, SavingsAccount};
use ofektom_domain::tracking_number::TrackingNumber;

use super::lock::{CardKey, cards_by_keys_on};
use super::row::CardRow;
use super::scope::Reach;
use crate::contributions::live_markings_on;
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::schema::savings_accounts as cards;
use crate::search::card_meant;

/// The cards that a filter means, of those that may be read. `own` of the reach is the customer.
fn wanted(reach: &Reach, filter: &SavingsFilter) -> Clause<cards::table> {
    reach
        .clause(cards::business_id, cards::customer_id)
        .with_some(filter.customer_id, |customer| cards::customer_id.eq(Col(customer)))
        .with_some(filter.unit_id, |unit| cards::unit_id.eq(Col(unit)))
        .with_some(filter.kind, |kind| cards::plan_kind.eq(Col(kind)))
        .with_some(filter.status, |status| cards::status.eq(Col(status)))
        .with_some(filter.progress, progressed)
        .with_some(filter.due_before, |day| cards::next_due_date.lt(Col(day)))
        .with_some(filter.starts_from, |day| cards::start_date.ge(Col(day)))
        .with_some(filter.starts_to, |day| cards::start_date.le(Col(day)))
        .with_some(filter.ends_from, |day| cards::end_date.ge(Col(day)))
        .with_some(filter.ends_to, |day| cards::end_date.le(Col(day)))
        .with_some(filter.search.as_ref(), |text| card_meant(reach, text))
}

/// No column has the number of boxes, but a card whose boxes are all paid has completed by that.
fn progressed(progress: Progress) -> Clause<cards::table> {
    let all_paid = Col(CompletionReason::AllPaid);
    match progress {
        Progress::NotStarted => Clause::all().with(cards::boxes_paid.eq(Col(0_u32))),
        Progress::Full => Clause::all().with(cards::completion.eq(all_paid)),
        Progress::InProgress => {
            let not_ended = Clause::all().with(cards::completion.is_null());
            let ended_before = Clause::all().with(cards::completion.ne(all_paid));
            Clause::any_of([not_ended, ended_before]).with(cards::boxes_paid.gt(Col(0_u32)))
        }
    }
}

pub(super) async fn savings_by_id(
    db: &Db,
    scope: &ReadScope,
    id: SavingsAccountId,
) -> StoreResult<Option<SavingsAccount>> {
    let reach = Reach::of(scope, None);
    db.read(async move |conn| {
        let readable: Clause<cards::table> = reach.clause(cards::business_id, cards::customer_id);
        newest_on(conn, readable.with(cards::id.eq(Col(id)))).await
    })
    .await
}

pub(super) async fn savings_by_keys(db: &Db, keys: Vec<CardKey>) -> StoreResult<Vec<SavingsAccount>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    db.read(async move |conn| cards_by_keys_on(conn, keys.clone()).await).await
}

pub(super) async fn savings_by_tracking(
    db: &Db,
    scope: &ReadScope,
    number: TrackingNumber,
) -> StoreResult<Option<SavingsAccount>> {
    let reach = Reach::of(scope, None);
    db.read(async move |conn| {
        let readable: Clause<cards::table> = reach.clause(cards::business_id, cards::customer_id);
        newest_on(conn, readable.with(cards::tracking_number.eq(Col(number)))).await
    })
    .await
}

pub(super) async fn savings_list(
    db: &Db,
    scope: &ReadScope,
    filter: SavingsFilter,
    page: PageRequest,
) -> StoreResult<Page<SavingsAccount>> {
    let reach = Reach::of(scope, filter.business_id);
    db.read_list(async move |conn| cards_on(conn, &reach, &filter, page).await).await
}

pub(super) async fn markings_of(db: &Db, business: BusinessId, card: SavingsAccountId) -> StoreResult<Vec<Marking>> {
    db.read(async move |conn| live_markings_on(conn, (business, card)).await).await
}

/// The newest card of which a clause holds.
async fn newest_on(conn: &mut Conn, meant: Clause<cards::table>) -> DbResult<Option<SavingsAccount>> {
    let found = on!(conn, |c| cards::table
        .filter(meant)
        .order(cards::id.desc())
        .select(CardRow::as_select())
        .first::<CardRow>(c)
        .await
        .optional())?;
    found.map(SavingsAccount::try_from).transpose()
}

async fn cards_on(
    conn: &mut Conn,
    reach: &Reach,
    filter: &SavingsFilter,
    page: PageRequest,
) -> DbResult<Page<SavingsAccount>> {
    let meant = || wanted(reach, filter);
    let total = total_on(conn, page, || cards::table.filter(meant()).count()).await?;
    let rows = on!(conn, |c| cards::table
        .filter(meant().with_some(page.after, |after| cards::id.lt(Col(after))))
        .order(cards::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select(CardRow::as_select())
        .load::<CardRow>(c)
        .await)?;
    let found = rows.into_iter().map(SavingsAccount::try_from).collect::<DbResult<_>>()?;
    Ok(Page::from_rows(found, page.limit, |card: &SavingsAccount| card.id.uuid()).counted(total))
}

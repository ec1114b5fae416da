//! Reading rounds.

use diesel::dsl::InnerJoinQuerySource;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::RoundId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{NamedRound, ReadScope, RoundFilter, StoreResult};

use super::row::RoundRow;
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::savings::Reach;
use crate::schema::{rounds, users};
use crate::search::person_meant;

/// Rounds with their collectors.
type Source = InnerJoinQuerySource<rounds::table, users::table>;

type NamedRow = (RoundRow, Col<PersonName>);

/// The rounds that a filter means, of those that may be read. `own` of the reach is the collector.
fn wanted(reach: &Reach, filter: &RoundFilter) -> Clause<Source> {
    let meant: Clause<Source> = reach
        .clause(rounds::business_id, rounds::collector_id)
        .with_some(filter.collector, |collector| rounds::collector_id.eq(Col(collector)))
        .with_some(filter.status, |status| rounds::status.eq(Col(status)))
        .with_some(filter.from, |from| rounds::day.ge(Col(from)))
        .with_some(filter.to, |to| rounds::day.le(Col(to)));
    match &filter.search {
        Some(text) => meant.with(person_meant::<Source>(text)),
        None => meant,
    }
}

fn named((row, name): NamedRow) -> NamedRound {
    NamedRound { round: row.into(), collector_name: name.0 }
}

pub(super) async fn round_by_id(db: &Db, scope: &ReadScope, id: RoundId) -> StoreResult<Option<NamedRound>> {
    let reach = Reach::of(scope, None);
    db.read(async move |conn| {
        let readable: Clause<Source> = reach.clause(rounds::business_id, rounds::collector_id);
        let found = on!(conn, |c| rounds::table
            .inner_join(users::table)
            .filter(readable.with(rounds::id.eq(Col(id))))
            .select((RoundRow::as_select(), users::full_name))
            .first::<NamedRow>(c)
            .await
            .optional())?;
        Ok(found.map(named))
    })
    .await
}

pub(super) async fn rounds_list(
    db: &Db,
    scope: &ReadScope,
    filter: RoundFilter,
    page: PageRequest,
) -> StoreResult<Page<NamedRound>> {
    let reach = Reach::of(scope, filter.business_id);
    db.read_list(async move |conn| rounds_on(conn, &reach, &filter, page).await).await
}

async fn rounds_on(
    conn: &mut Conn,
    reach: &Reach,
    filter: &RoundFilter,
    page: PageRequest,
) -> DbResult<Page<NamedRound>> {
    let source = || rounds::table.inner_join(users::table);
    let meant = || wanted(reach, filter);
    let total = total_on(conn, page, || source().filter(meant()).count()).await?;
    let rows = on!(conn, |c| source()
        .filter(meant().with_some(page.after, |after| rounds::id.lt(Col(after))))
        .order(rounds::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select((RoundRow::as_select(), users::full_name))
        .load::<NamedRow>(c)
        .await)?;
    let found = rows.into_iter().map(named).collect();
    Ok(Page::from_rows(found, page.limit, |round: &NamedRound| round.round.id.uuid()).counted(total))
}

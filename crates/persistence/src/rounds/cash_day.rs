//! The cash of a business's collectors on a day.

use std::collections::HashMap;

use diesel::dsl::InnerJoinQuerySource;
use diesel::prelude::{BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::business::MembershipStatus;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::people::PersonName;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{CashDay, StoreResult};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::round::{Round, RoundStatus};

use super::purse::{PurseState, Purses, purses_on};
use super::row::RoundRow;
use crate::engine::{Bytewise, Clause, Col, Conn, Db, DbResult};
use crate::schema::{memberships, rounds, users};

/// Members with their persons.
type Source = InnerJoinQuerySource<memberships::table, users::table>;

pub(super) async fn cash_day(
    db: &Db,
    business: BusinessId,
    collector: Option<UserId>,
    day: Date,
) -> StoreResult<Vec<CashDay>> {
    db.read_list(async move |conn| {
        conn.snapshot().await?;
        let on_day = purses_on(conn, (business, collector), day).await?;
        let now = purses_on(conn, (business, collector), Date::MAX).await?;
        let mut covering = rounds_covering_on(conn, business, day).await?;
        let mut days = Vec::new();
        let mut holders: Vec<UserId> = covering.keys().copied().collect();
        for (user, state) in &now {
            if !state.balance().map_err(Refusal::from)?.is_zero() {
                holders.push(*user);
            }
        }
        for (Col(user), Col(name), Col(role)) in collectors_on(conn, (business, collector), holders).await? {
            let state = state_of(&now, user);
            days.push(CashDay {
                collector: user,
                name,
                role,
                round: covering.remove(&user),
                purse: state_of(&on_day, user).purse,
                waiting: state.waiting,
                outstanding: state.balance().map_err(Refusal::from)?,
            });
        }
        Ok(days)
    })
    .await
}

fn state_of(purses: &Purses, user: UserId) -> PurseState {
    purses.get(&user).copied().unwrap_or_default()
}

/// Whoever works for the business, and `holders` besides, in the order of their names.
async fn collectors_on(
    conn: &mut Conn,
    (business, collector): (BusinessId, Option<UserId>),
    holders: Vec<UserId>,
) -> DbResult<Vec<(Col<UserId>, Col<PersonName>, Col<Role>)>> {
    let holders: Vec<Col<UserId>> = holders.into_iter().map(Col).collect();
    let staff: Vec<Col<Role>> = Role::ALL.into_iter().filter(|role| role.is_staff()).map(Col).collect();
    // The business in both parts, so that each is found by an index; it has many customers.
    let member = || Clause::<Source>::all().with(memberships::business_id.eq(Col(business)));
    let works =
        member().with(memberships::role.eq_any(staff)).with(memberships::status.ne(Col(MembershipStatus::Left)));
    let holds = member().with(memberships::user_id.eq_any(holders));
    let of_business =
        Clause::any_of([works, holds]).with_some(collector, |collector| memberships::user_id.eq(Col(collector)));
    let found = memberships::table
        .inner_join(users::table)
        .filter(of_business)
        .order((Bytewise(users::name_search), memberships::user_id))
        .select((memberships::user_id, users::full_name, memberships::role));
    Ok(on!(conn, |c| found.load(c).await)?)
}

/// The rounds that cover a day, one a collector.
async fn rounds_covering_on(conn: &mut Conn, business: BusinessId, day: Date) -> DbResult<HashMap<UserId, Round>> {
    let covers = rounds::covers_from.is_null().or(rounds::covers_from.le(Col(day)));
    let rows = on!(conn, |c| rounds::table
        .filter(rounds::business_id.eq(Col(business)))
        .filter(rounds::status.ne(Col(RoundStatus::Reopened)))
        .filter(rounds::day.ge(Col(day)))
        .filter(covers)
        .select(RoundRow::as_select())
        .load::<RoundRow>(c)
        .await)?;
    Ok(rows.into_iter().map(Round::from).map(|round| (round.collector_id, round)).collect())
}

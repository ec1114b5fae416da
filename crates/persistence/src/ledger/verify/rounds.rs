//! The rounds of a business, and the cash accounts that they settle.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::{ExpressionMethods as _, NullableExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, RoundId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::round::{CashMovement, Round, RoundStatus};
use uuid::Uuid;

use super::{Difference, Step, compare};
use crate::engine::{Col, Conn, Day, DbResult, Uid, Whole};
use crate::rounds::{RoundRow, purses_on};
use crate::schema::{memberships, rounds};

const NO_GAP: &str = "a round begins where the one before ended";
const MOVED: &str = "a round has what moved on its days";
const BROUGHT_FORWARD: &str = "a round brings forward what the rounds before left";
const HANDED_IN: &str = "what was handed in is booked to the bank";
const SETTLED: &str = "a round takes what it settles from the cash account";
const CLOSED_UNTIL: &str = "a collector's cash is counted up to his last round";
const CASH: &str = "rounds and movements come to the cash account";

/// How far the clocks of servers may differ.
const CLOCKS_APART_SECONDS: i64 = 120;

/// What moved on each cash account of business `$1` day by day: apart what rounds count, and as `balance` everything, what
/// settles rounds included.
const MOVEMENTS: &str = "
    SELECT p.account_id AS collector, e.occurred_on AS day,
           CAST(SUM(CASE WHEN e.event = 'cash_contribution' THEN p.amount_kobo ELSE 0 END) AS bigint) AS collected,
           CAST(SUM(CASE WHEN e.event = 'contribution_reversal' THEN -p.amount_kobo ELSE 0 END) AS bigint) AS reversed,
           CAST(SUM(CASE WHEN e.event = 'payout_paid' THEN -p.amount_kobo ELSE 0 END) AS bigint) AS paid_out,
           CAST(SUM(p.amount_kobo) AS bigint) AS balance
    FROM postings p JOIN journal_entries e ON e.business_id = p.business_id AND e.id = p.entry_id
    WHERE p.business_id = $1 AND p.account_kind = 'cash' GROUP BY p.account_id, e.occurred_on";

/// What was booked for each round of business `$1`.
const BOOKED: &str = "
    SELECT e.round_id AS round,
           CAST(SUM(CASE WHEN p.account_kind = 'bank' THEN p.amount_kobo ELSE 0 END) AS bigint) AS bank,
           CAST(SUM(CASE WHEN p.account_kind = 'cash' THEN -p.amount_kobo ELSE 0 END) AS bigint) AS cash
    FROM journal_entries e JOIN postings p ON p.business_id = e.business_id AND p.entry_id = e.id
    WHERE e.business_id = $1 AND e.round_id IS NOT NULL GROUP BY e.round_id";

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = Uid)]
    collector: Col<UserId>,
    #[diesel(sql_type = Day)]
    day: Col<Date>,
    #[diesel(sql_type = Whole)]
    collected: Col<Money>,
    #[diesel(sql_type = Whole)]
    reversed: Col<Money>,
    #[diesel(sql_type = Whole)]
    paid_out: Col<Money>,
    #[diesel(sql_type = Whole)]
    balance: Col<Money>,
}

#[derive(QueryableByName)]
struct BookedRow {
    #[diesel(sql_type = Uid)]
    round: Col<RoundId>,
    #[diesel(sql_type = Whole)]
    bank: Col<Money>,
    #[diesel(sql_type = Whole)]
    cash: Col<Money>,
}

type Days = BTreeMap<(UserId, Date), CashMovement>;

/// Verifies all rounds of a business.
pub(super) async fn step_on(conn: &mut Conn, business: BusinessId) -> DbResult<Step> {
    conn.snapshot().await?;
    let all = rounds_on(conn, business).await?;
    let rows = on!(conn, |c| sql_query(MOVEMENTS).bind::<Uid, _>(Col(business)).load::<DayRow>(c).await)?;
    let mut differences = Vec::new();
    let mut last: BTreeMap<UserId, Date> = BTreeMap::new();
    let mut before: Vec<&Round> = Vec::new();
    let days: Days = rows.iter().map(DayRow::movement).collect();
    for round in all.iter().filter(|round| round.status.is_live()) {
        days_verify(round, last.insert(round.collector_id, round.date), &days, &mut differences)?;
        before.retain(|earlier| earlier.collector_id == round.collector_id);
        brought_forward_verify(round, &before, &mut differences)?;
        before.push(round);
    }
    booked_verify(&all, booked_on(conn, business).await?, &mut differences)?;
    closed_verify(&last, closed_on(conn, business).await?, &mut differences);
    let mut balances: BTreeMap<UserId, Vec<Money>> = BTreeMap::new();
    for row in &rows {
        balances.entry(row.collector.0).or_default().push(row.balance.0);
    }
    let purses = purses_on(conn, (business, None), Date::MAX).await?;
    for (collector, balances) in balances {
        let computed = Money::sum(balances).map_err(Refusal::from)?;
        let stored = purses.get(&collector).copied().unwrap_or_default().balance().map_err(Refusal::from)?;
        compare((CASH, collector.uuid()), stored, computed, &mut differences);
    }
    Ok(Step { looked_at: u64::try_from(all.len()).unwrap_or(0), last: Uuid::max(), differences })
}

impl DayRow {
    fn movement(&self) -> ((UserId, Date), CashMovement) {
        let movement =
            CashMovement { collected: self.collected.0, reversed: self.reversed.0, paid_out: self.paid_out.0 };
        ((self.collector.0, self.day.0), movement)
    }
}

/// All rounds, each collector's in the order of their days.
async fn rounds_on(conn: &mut Conn, business: BusinessId) -> DbResult<Vec<Round>> {
    let rows = on!(conn, |c| rounds::table
        .filter(rounds::business_id.eq(Col(business)))
        .order((rounds::collector_id, rounds::day))
        .select(RoundRow::as_select())
        .load::<RoundRow>(c)
        .await)?;
    Ok(rows.into_iter().map(Round::from).collect())
}

async fn booked_on(conn: &mut Conn, business: BusinessId) -> DbResult<HashMap<RoundId, BookedRow>> {
    let rows = on!(conn, |c| sql_query(BOOKED).bind::<Uid, _>(Col(business)).load::<BookedRow>(c).await)?;
    Ok(rows.into_iter().map(|row| (row.round.0, row)).collect())
}

async fn closed_on(conn: &mut Conn, business: BusinessId) -> DbResult<Vec<(UserId, Date)>> {
    let rows = on!(conn, |c| memberships::table
        .filter(memberships::business_id.eq(Col(business)))
        .filter(memberships::cash_closed_until.is_not_null())
        .select((memberships::user_id, memberships::cash_closed_until.assume_not_null()))
        .load::<(Col<UserId>, Col<Date>)>(c)
        .await)?;
    Ok(rows.into_iter().map(|(user, until)| (user.0, until.0)).collect())
}

/// Nothing was booked on a day after it was counted, and no day is left out or counted twice.
fn days_verify(
    round: &Round,
    before: Option<Date>,
    days: &Days,
    differences: &mut Vec<Difference>,
) -> Result<(), Refusal> {
    let from = before.and_then(|day| day.tomorrow().ok());
    if round.covers_from != from {
        let day = |day: Option<Date>| day.map_or_else(|| "the beginning".to_owned(), |day| day.to_string());
        let (stored, computed) = (day(round.covers_from), day(from));
        differences.push(Difference { check: NO_GAP, id: round.id.uuid(), stored, computed });
    }
    let first = (round.collector_id, from.unwrap_or(Date::MIN));
    let mut moved = CashMovement::default();
    for movement in days.range(first..=(round.collector_id, round.date)).map(|(_, movement)| movement) {
        moved.collected = moved.collected.plus(movement.collected)?;
        moved.reversed = moved.reversed.plus(movement.reversed)?;
        moved.paid_out = moved.paid_out.plus(movement.paid_out)?;
    }
    for (stored, computed) in [
        (round.movement.collected, moved.collected),
        (round.movement.reversed, moved.reversed),
        (round.movement.paid_out, moved.paid_out),
    ] {
        compare((MOVED, round.id.uuid()), stored, computed, differences);
    }
    Ok(())
}

/// What a round brings forward is what the collector's rounds before left: of one that was not accepted yet when this one was
/// closed, nothing of what he counted. Which of the two came first is not certain when servers' clocks differ; then both are
/// right.
fn brought_forward_verify(round: &Round, before: &[&Round], differences: &mut Vec<Difference>) -> Result<(), Refusal> {
    let (mut least, mut most) = (Money::ZERO, Money::ZERO);
    for earlier in before {
        let waiting = earlier.movement.net()?.minus(earlier.counted.minus(earlier.difference())?)?;
        let kept_back = earlier.kept_back();
        let since = earlier.accepted_at.map(|at| round.created_at.duration_since(at).as_secs());
        least = least.plus(waiting)?;
        most = most.plus(waiting)?;
        if since.is_some_and(|seconds| seconds > CLOCKS_APART_SECONDS) {
            least = least.plus(kept_back)?;
        }
        if since.is_some_and(|seconds| seconds >= -CLOCKS_APART_SECONDS) {
            most = most.plus(kept_back)?;
        }
    }
    if round.brought_forward < least || round.brought_forward > most {
        compare((BROUGHT_FORWARD, round.id.uuid()), round.brought_forward, least, differences);
    }
    Ok(())
}

/// An accepted round is booked as it says, and no other round is.
fn booked_verify(
    all: &[Round],
    mut booked: HashMap<RoundId, BookedRow>,
    differences: &mut Vec<Difference>,
) -> Result<(), Refusal> {
    for round in all {
        let accepted = round.status == RoundStatus::Accepted;
        let stored = if accepted { round.settled()? } else { Money::ZERO };
        let (bank, cash) = booked.remove(&round.id).map_or((Money::ZERO, Money::ZERO), |row| (row.bank.0, row.cash.0));
        compare((HANDED_IN, round.id.uuid()), round.handed_in.unwrap_or(Money::ZERO), bank, differences);
        compare((SETTLED, round.id.uuid()), stored, cash, differences);
    }
    for (id, row) in booked {
        compare((SETTLED, id.uuid()), Money::ZERO, row.cash.0, differences);
    }
    Ok(())
}

fn closed_verify(last: &BTreeMap<UserId, Date>, stored: Vec<(UserId, Date)>, differences: &mut Vec<Difference>) {
    let stored: BTreeMap<UserId, Date> = stored.into_iter().collect();
    let people: BTreeSet<&UserId> = last.keys().chain(stored.keys()).collect();
    for person in people {
        let (is, should) = (stored.get(person), last.get(person));
        if is != should {
            let day = |day: Option<&Date>| day.map_or_else(|| "never".to_owned(), Date::to_string);
            let (stored, computed) = (day(is), day(should));
            differences.push(Difference { check: CLOSED_UNTIL, id: person.uuid(), stored, computed });
        }
    }
}

//! The cash in collectors' hands: what their rounds left, and what moved since. Rounds are the snapshots of the cash
//! accounts; only what was booked after a collector's last round is summed from postings. A business has few collectors, so
//! that is asked for each of them, from his own round on.

use std::collections::HashMap;

use diesel::sql_types::Nullable;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::money::{Money, MoneyError};
use ofektom_domain::round::{CashMovement, Purse};
use uuid::Uuid;

use crate::engine::{Col, Conn, Day, DbResult, Uid, Whole};

/// A collector's cash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PurseState {
    /// His cash up to the day that was asked for.
    pub(crate) purse: Purse,
    /// What those of his rounds that nobody has accepted yet will take out of his cash account.
    pub(crate) waiting: Money,
}

impl PurseState {
    /// The balance of his cash account, when the purse is that of all days.
    pub(crate) fn balance(&self) -> Result<Money, MoneyError> {
        self.purse.expected()?.plus(self.waiting)
    }
}

/// The cash of collectors.
pub(crate) type Purses = HashMap<UserId, PurseState>;

/// What the rounds of each collector of business `$1` (or of collector `$2`) left in his hands. `settled` is what
/// [`ofektom_domain::round::Round::settled`] says; `ledger verify` and the histories hold them together.
const ROUNDS: &str = "
    SELECT collector_id AS collector, MAX(day) AS closed_until,
           CAST(SUM(collected_kobo - reversed_kobo - paid_out_kobo - settled) AS bigint) AS brought_forward,
           CAST(SUM(CASE WHEN status = 'closed' THEN settled ELSE 0 END) AS bigint) AS waiting
    FROM (
        SELECT rounds.*, COALESCE(handed_in_kobo, counted_kobo)
                   - CASE WHEN expected_kobo < 0 THEN 0 ELSE counted_kobo - expected_kobo END AS settled
        FROM rounds WHERE business_id = $1 AND status <> 'reopened'
    ) live";

/// What moved on the cash account of collector `$4` of business `$1` since his last round, up to day `$3`. No entry of a later
/// day than that round's has an id below `$2`.
const MOVED: &str = "
    SELECT CAST(COALESCE(SUM(CASE WHEN e.event = 'cash_contribution' THEN p.amount_kobo END), 0) AS bigint) AS collected,
           CAST(COALESCE(SUM(CASE WHEN e.event = 'contribution_reversal' THEN -p.amount_kobo END), 0) AS bigint) AS reversed,
           CAST(COALESCE(SUM(CASE WHEN e.event = 'payout_paid' THEN -p.amount_kobo END), 0) AS bigint) AS paid_out
    FROM postings p
    JOIN journal_entries e ON e.business_id = p.business_id AND e.id = p.entry_id
    LEFT JOIN memberships m ON m.business_id = p.business_id AND m.user_id = p.account_id
    WHERE p.business_id = $1 AND p.account_kind = 'cash' AND p.entry_id >= $2
      AND (m.cash_closed_until IS NULL OR e.occurred_on > m.cash_closed_until) AND e.occurred_on <= $3
      AND p.account_id = $4";

/// Whoever has a cash account in business `$1`: from one to the next in the index, past all that is booked on each.
const HOLDERS: &str = "
    WITH RECURSIVE holders (id) AS (
        SELECT (SELECT account_id FROM postings WHERE business_id = $1 AND account_kind = 'cash'
                ORDER BY account_id LIMIT 1)
        UNION ALL
        SELECT (SELECT account_id FROM postings
                WHERE business_id = $1 AND account_kind = 'cash' AND account_id > holders.id
                ORDER BY account_id LIMIT 1)
        FROM holders WHERE holders.id IS NOT NULL
    )
    SELECT id AS collector FROM holders WHERE id IS NOT NULL";

#[derive(QueryableByName)]
struct RoundsRow {
    #[diesel(sql_type = Uid)]
    collector: Col<UserId>,
    #[diesel(sql_type = Nullable<Day>)]
    closed_until: Option<Col<Date>>,
    #[diesel(sql_type = Whole)]
    brought_forward: Col<Money>,
    #[diesel(sql_type = Whole)]
    waiting: Col<Money>,
}

#[derive(QueryableByName)]
struct MovedRow {
    #[diesel(sql_type = Whole)]
    collected: Col<Money>,
    #[diesel(sql_type = Whole)]
    reversed: Col<Money>,
    #[diesel(sql_type = Whole)]
    paid_out: Col<Money>,
}

#[derive(QueryableByName)]
struct HolderRow {
    #[diesel(sql_type = Uid)]
    collector: Col<UserId>,
}

/// The cash of all collectors of a business, or of one, up to a day. Needs one state of the database: a transaction that
/// holds the collector's cash, or a snapshot.
pub(crate) async fn purses_on(
    conn: &mut Conn,
    (business, collector): (BusinessId, Option<UserId>),
    until: Date,
) -> DbResult<Purses> {
    let mut purses = Purses::new();
    for row in rounds_on(conn, business, collector).await? {
        let state = purses.entry(row.collector.0).or_default();
        state.purse.closed_until = row.closed_until.map(|day| day.0);
        state.purse.brought_forward = row.brought_forward.0;
        state.waiting = row.waiting.0;
    }
    let holders = match collector {
        Some(one) => vec![one],
        None => holders_on(conn, business).await?,
    };
    for holder in holders {
        let state = purses.entry(holder).or_default();
        state.purse.movement = moved_on(conn, (business, holder), state.purse.closed_until, until).await?;
    }
    Ok(purses)
}

async fn rounds_on(conn: &mut Conn, business: BusinessId, collector: Option<UserId>) -> DbResult<Vec<RoundsRow>> {
    Ok(match collector {
        None => {
            let query = sql_query(format!("{ROUNDS} GROUP BY collector_id")).bind::<Uid, _>(Col(business));
            on!(conn, |c| query.load(c).await)?
        }
        Some(collector) => {
            let sql = format!("{ROUNDS} WHERE collector_id = $2 GROUP BY collector_id");
            let query = sql_query(sql).bind::<Uid, _>(Col(business)).bind::<Uid, _>(Col(collector));
            on!(conn, |c| query.load(c).await)?
        }
    })
}

async fn holders_on(conn: &mut Conn, business: BusinessId) -> DbResult<Vec<UserId>> {
    let rows = on!(conn, |c| sql_query(HOLDERS).bind::<Uid, _>(Col(business)).load::<HolderRow>(c).await)?;
    Ok(rows.into_iter().map(|row| row.collector.0).collect())
}

async fn moved_on(
    conn: &mut Conn,
    (business, collector): (BusinessId, UserId),
    closed_until: Option<Date>,
    until: Date,
) -> DbResult<CashMovement> {
    // Somebody without a round has all of his entries to be summed.
    let floor = closed_until.map_or(Uuid::nil(), first_id_after);
    let query = sql_query(MOVED)
        .bind::<Uid, _>(Col(business))
        .bind::<Uid, _>(Col(floor))
        .bind::<Day, _>(Col(until))
        .bind::<Uid, _>(Col(collector));
    let row = on!(conn, |c| query.get_result::<MovedRow>(c).await)?;
    Ok(CashMovement { collected: row.collected.0, reversed: row.reversed.0, paid_out: row.paid_out.0 })
}

/// An id that no entry of a day after `day` is below. Ids begin with the milliseconds of the command (UUIDv7), and no command
/// is about a day that has not begun anywhere on earth: fourteen hours before the day begins in UTC at most.
fn first_id_after(day: Date) -> Uuid {
    let begun = day.at(0, 0, 0, 0).in_tz("UTC").map_or(0, |start| start.timestamp().as_millisecond());
    Uuid::from_u128(u128::try_from(begun).unwrap_or(0) << 80)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use ofektom_domain::ids::{EntryId, IdFactory};

    use super::*;

    #[test]
    fn no_entry_of_a_later_day_is_below_the_floor() {
        // The earliest that 1 March begins anywhere: 10:00 UTC on the last of February.
        let earliest = "2025-02-28T10:00:00Z".parse().unwrap();
        let id: EntryId = IdFactory::new(earliest, 0).make();
        assert!(id.uuid() > first_id_after(date(2025, 2, 28)));
        let long_before: EntryId = IdFactory::new("2025-02-27T10:00:00Z".parse().unwrap(), 0).make();
        assert!(long_before.uuid() < first_id_after(date(2025, 2, 28)));
    }
}

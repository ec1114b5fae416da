//! Adding and changing a round, with the day up to which its collector's cash is counted.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::round::{Round, RoundStatus};

use super::row::RoundRow;
use crate::effects::all_changed;
use crate::engine::{Col, Conn, DbResult, fixed};
use crate::schema::{memberships, rounds};

/// Writes a round as a decision left it: the first version is added, a later one replaces the one before. The caller holds
/// the collector's cash alone.
pub(crate) async fn round_write_in_tx(conn: &mut Conn, round: Round) -> DbResult<()> {
    let (is_new, key) = (round.version == 1, (Col(round.business_id), Col(round.collector_id)));
    let row = RoundRow::from(round);
    if is_new {
        on!(conn, |c| diesel::insert_into(rounds::table).values(&row).execute(c).await)?;
    } else {
        let it = rounds::table.find((row.business_id, row.id));
        all_changed(on!(conn, |c| diesel::update(it).set(&row).execute(c).await)?, 1)?;
    }
    let live = rounds::table
        .filter(rounds::business_id.eq(key.0))
        .filter(rounds::collector_id.eq(key.1))
        .filter(rounds::status.ne(Col(RoundStatus::Reopened)))
        // As the index of those that stand says it: SQLite does not look at what is bound.
        .filter(fixed::<Bool>("status <> 'reopened'"))
        .order(rounds::day.desc())
        .select(rounds::day);
    let until = on!(conn, |c| live.first::<Col<Date>>(c).await.optional())?;
    let member = memberships::table.find(key);
    let counted = memberships::cash_closed_until.eq(until);
    all_changed(on!(conn, |c| diesel::update(member).set(counted).execute(c).await)?, 1)?;
    Ok(())
}

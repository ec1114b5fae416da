//! In the evening the collectors count their cash, and the business takes it over.

use anyhow::Result;
use jiff::civil::{Date, Weekday};
use ofektom_app::RoundInput;
use ofektom_domain::ids::RoundId;
use ofektom_domain::money::Money;
use ofektom_domain::ports::RoundDecision;
use ofektom_domain::round::RoundAcceptance;

use super::Tally;
use super::cast::Cast;
use super::world::{World, fresh};

/// When the collectors count, and when the admin takes the cash over, in minutes since midnight.
const COUNTED: u32 = 19 * 60;
const TAKEN_OVER: u32 = 19 * 60 + 30;
/// In so many of a hundred rounds a note of 50 is missing; in so many a note of 200 stays with the collector as change.
const SHORT_PERCENT: u64 = 6;
const CHANGE_PERCENT: u64 = 10;
const MISSING: Money = Money::from_kobo(5_000);
const CHANGE: Money = Money::from_kobo(20_000);
/// The rounds of yesterday still wait for the admin.
const WAITING_DAYS_AGO: i64 = 1;

/// All rounds of a day. Today's are left open, whatever the hour: whoever tries the data collects today, too.
pub(super) async fn day_hand_in(
    world: &mut World,
    cast: &Cast,
    (day, days_ago): (Date, i64),
    tally: &mut Tally,
) -> Result<()> {
    if days_ago == 0 || day.weekday() == Weekday::Sunday || !world.move_to(day, COUNTED)? {
        return Ok(());
    }
    let mut counted = Vec::new();
    for collector in &cast.collectors {
        let report = world.app.cash_day(&collector.caller, cast.business.id, None).await?;
        let his = report.collectors.iter().find(|cash| cash.collector == collector.caller.id());
        let expected = his.map_or(Ok(Money::ZERO), |cash| cash.purse.expected())?;
        let missing = if world.dice.chance(SHORT_PERCENT) { MISSING } else { Money::ZERO };
        let counts = expected.minus(missing)?.max(Money::ZERO);
        let input = RoundInput { business_id: cast.business.id, date: None, counted: counts, note: None };
        let request = world.next_request()?;
        let round = fresh(world.app.round_close(&collector.caller, input, request).await?)?;
        counted.push((round.id, counts));
        tally.rounds += 1;
    }
    if days_ago > WAITING_DAYS_AGO && world.move_to(day, TAKEN_OVER)? {
        for (round, counts) in counted {
            take_over(world, cast, round, counts).await?;
        }
    }
    Ok(())
}

async fn take_over(world: &mut World, cast: &Cast, round: RoundId, counted: Money) -> Result<()> {
    let change = if world.dice.chance(CHANGE_PERCENT) { CHANGE } else { Money::ZERO };
    let handed_in = counted.minus(change)?.max(Money::ZERO);
    let decision = RoundDecision::Accept(RoundAcceptance { handed_in: Some(handed_in) });
    let request = world.next_request()?;
    fresh(world.app.round_decide(&cast.admin, round, decision, request).await?)?;
    Ok(())
}

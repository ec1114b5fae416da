//! The collectors' rounds: a month of visits.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use jiff::civil::{Date, Weekday};
use ofektom_app::{BulkInput, BulkItemInput, ContributionInput};
use ofektom_domain::contribution::ContributionReceipt;
use ofektom_domain::ports::CardRef;

use super::Tally;
use super::card::{Card, Payment};
use super::cast::Cast;
use super::stories::Habit;
use super::world::{World, fresh};

/// When the first visit of a round is, and how long each takes, in minutes.
const FIRST_VISIT: u32 = 9 * 60;
const VISIT_MINUTES: u32 = 13;
/// When the collector who writes on paper hands in his list.
const LIST_HANDED_IN: u32 = 17 * 60;
/// Which collector writes on paper.
const ON_PAPER: usize = 2;
/// In so many of a hundred visits the collector mistypes and takes it back.
const MISTAKES_PERCENT: u64 = 2;

/// A payment at a card's place in the list of cards.
type Visit = (usize, Payment);

/// All visits of a day.
pub(super) async fn day_collect(
    world: &mut World,
    cast: &Cast,
    cards: &mut [Card],
    day: Date,
    tally: &mut Tally,
) -> Result<()> {
    if day.weekday() == Weekday::Sunday {
        return Ok(());
    }
    let mut routes: Vec<Vec<Visit>> = cast.collectors.iter().map(|_| Vec::new()).collect();
    for (at, card) in cards.iter().enumerate() {
        if let Some(payment) = card.payment_on(day, &mut world.dice)? {
            routes.get_mut(card.collector).context("a route")?.push((at, payment));
        }
    }
    let list = routes.get_mut(ON_PAPER).map(std::mem::take).unwrap_or_default();
    let longest = routes.iter().map(Vec::len).max().unwrap_or(0);
    for (step, minutes) in (0..longest).zip((FIRST_VISIT..).step_by(usize::try_from(VISIT_MINUTES)?)) {
        if !world.move_to(day, minutes)? {
            return Ok(());
        }
        // The collectors are under way at the same time.
        let visits: Vec<Visit> = routes.iter().filter_map(|route| route.get(step).cloned()).collect();
        visits_post(world, cast, cards, visits, tally).await?;
    }
    if !list.is_empty() && world.move_to(day, LIST_HANDED_IN)? {
        list_post(world, cast, cards, list, tally).await?;
    }
    Ok(())
}

async fn visits_post(
    world: &mut World,
    cast: &Cast,
    cards: &mut [Card],
    visits: Vec<Visit>,
    tally: &mut Tally,
) -> Result<()> {
    let requests = visits.iter().map(|_| world.next_request()).collect::<Result<Vec<_>>>()?;
    let mut posting = Vec::new();
    for ((at, payment), request) in visits.into_iter().zip(requests) {
        let card = cards.get(at).context("a card")?;
        let collector = &cast.collectors.get(card.collector).context("a collector")?.caller;
        let (app, id) = (&world.app, card.account.id);
        posting.push(async move {
            let answer = app.contribution_post(collector, id, input_of(&payment), request).await?;
            anyhow::Ok((at, payment, fresh(answer)?))
        });
    }
    for (at, payment, receipt) in try_join_all(posting).await? {
        let card = cards.get_mut(at).context("a card")?;
        card.posted(&receipt);
        tally.collections += 1;
        let may_be_wrong = matches!(card.story.habit, Habit::WithGaps(_) | Habit::CatchingUp(_));
        if may_be_wrong && card.open && world.dice.chance(MISTAKES_PERCENT) {
            take_back(world, cast, card, (&payment, &receipt), tally).await?;
        }
    }
    Ok(())
}

/// The collector takes a contribution back and posts it again.
async fn take_back(
    world: &mut World,
    cast: &Cast,
    card: &mut Card,
    (payment, receipt): (&Payment, &ContributionReceipt),
    tally: &mut Tally,
) -> Result<()> {
    let collector = &cast.collectors.get(card.collector).context("a collector")?.caller;
    let request = world.next_request()?;
    let reason = "posted before the money was counted";
    let answer = world.app.contribution_reverse(collector, receipt.contribution.id, reason, request).await?;
    card.reversed(&fresh(answer)?);
    tally.reversals += 1;
    let request = world.next_request()?;
    let answer = world.app.contribution_post(collector, card.account.id, input_of(payment), request).await?;
    card.posted(&fresh(answer)?);
    tally.collections += 1;
    Ok(())
}

/// One collector hands in the list of his day.
async fn list_post(
    world: &mut World,
    cast: &Cast,
    cards: &mut [Card],
    list: Vec<Visit>,
    tally: &mut Tally,
) -> Result<()> {
    let collector = &cast.collectors.get(ON_PAPER).context("a collector")?.caller;
    let item = |(at, payment): &Visit| {
        let card = cards.get(*at).context("a card")?;
        anyhow::Ok(Ok(BulkItemInput { card: CardRef::Id(card.account.id), contribution: input_of(payment) }))
    };
    let items = list.iter().map(item).collect::<Result<Vec<_>>>()?;
    let request = world.next_request()?;
    let input = BulkInput { items, all_or_nothing: false };
    let outcome = fresh(world.app.contributions_post_bulk(collector, cast.business.id, input, request).await?)?;
    for ((at, _), result) in list.iter().zip(outcome.results) {
        let receipt = result.map_err(|refusal| anyhow::anyhow!("an item of a list was refused: {refusal:?}"))?;
        cards.get_mut(*at).context("a card")?.posted(&receipt);
        tally.collections += 1;
    }
    Ok(())
}

fn input_of(payment: &Payment) -> ContributionInput {
    ContributionInput { amount: payment.amount, collected_on: None, boxes: payment.boxes.clone(), note: None }
}

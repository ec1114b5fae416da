//! The rounds of a day: each collector records what he was given, a bulk at a time.

use anyhow::{Context as _, Result};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use ofektom_app::{BulkInput, BulkItemInput, Caller, ContributionInput, IdempotencyInput};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{BulkOutcome, CardRef};

use super::super::world::{World, fresh};
use super::ScaleTally;
use super::settling::{LargeBusiness, Route, RouteCard};
use crate::progress::Progress;

/// Bulks under way at once: while the database writes some, others are decided.
const BULKS_AT_ONCE: usize = 8;
/// Items of a bulk: as many as a request may have.
const ITEMS: usize = 500;

/// One bulk to record.
struct Bulk<'a> {
    business: BusinessId,
    collector: &'a Caller,
    items: Vec<Result<BulkItemInput, ofektom_domain::refusal::Refusal>>,
    request: IdempotencyInput<BulkOutcome>,
}

/// Records the day's visits of all businesses, at most so many boxes.
pub(super) async fn day_collect(
    world: &mut World,
    businesses: &mut [LargeBusiness],
    mut left: u64,
    tally: &mut ScaleTally,
    progress: &Progress,
) -> Result<()> {
    let mut bulks = Vec::new();
    let day = day_number(world)?;
    for business in businesses {
        for Route { collector, cards } in &mut business.routes {
            let visits = cards.iter_mut().enumerate().filter_map(|(number, card)| visit(card, number, day, &mut left));
            let mut items: Vec<_> = visits.collect::<Result<_>>()?;
            while !items.is_empty() {
                let rest = items.split_off(items.len().min(ITEMS));
                let request = world.next_request()?;
                let items = std::mem::replace(&mut items, rest).into_iter().map(Ok).collect();
                bulks.push(Bulk { business: business.id, collector, items, request });
            }
        }
    }
    let app = &world.app;
    let mut done = stream::iter(bulks)
        .map(|bulk| async move {
            let input = BulkInput { items: bulk.items, all_or_nothing: true };
            let answer = app.contributions_post_bulk(bulk.collector, bulk.business, input, bulk.request).await?;
            counted(&fresh(answer)?)
        })
        .buffer_unordered(BULKS_AT_ONCE);
    while let Some((contributions, markings)) = done.try_next().await? {
        tally.contributions += contributions;
        tally.markings += markings;
        progress.advance(markings);
    }
    Ok(())
}

/// The day of the trade, from 1.
fn day_number(world: &World) -> Result<u32> {
    let started = world.days_ago(i64::from(super::DAYS))?;
    let today = world.clock_day()?;
    Ok(u32::try_from(ofektom_domain::calendar::days_between(started, today))? + 1)
}

/// What a card's customer pays on a day: everything since his last visit, when it is his day.
fn visit(card: &mut RouteCard, number: usize, day: u32, left: &mut u64) -> Option<Result<BulkItemInput>> {
    let phase = u32::try_from(number % 14).unwrap_or(0);
    let owed = day.saturating_sub(card.paid);
    let is_his_day = (day + phase).is_multiple_of(card.every);
    if !is_his_day || owed == 0 || *left == 0 {
        return None;
    }
    let boxes = owed.min(u32::try_from(*left).unwrap_or(u32::MAX));
    *left = left.saturating_sub(boxes.into());
    card.paid += boxes;
    let amount = card.box_amount.times(boxes).context("an amount of the demo");
    Some(amount.map(|amount| BulkItemInput {
        card: CardRef::Id(card.id),
        contribution: ContributionInput { amount, collected_on: None, boxes: Vec::new(), note: None },
    }))
}

/// Contributions and boxes of a bulk. A refused item is a defect of the demo.
fn counted(outcome: &BulkOutcome) -> Result<(u64, u64)> {
    let mut markings = 0;
    for result in &outcome.results {
        let receipt = result.as_ref().map_err(|refusal| anyhow::anyhow!("a bulk of the demo: {refusal:?}"))?;
        markings += u64::try_from(receipt.allocated.len())?;
    }
    Ok((u64::try_from(outcome.results.len())?, markings))
}

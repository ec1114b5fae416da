//! The rounds: each collector records what he was given, a bulk each day.
//!
//! A route is played through to its end, some weeks at once, and few routes at the same time. Day by day over all routes, each
//! contribution would change pages of the indexes by card that are no longer, or not yet again, in memory.

use anyhow::{Context as _, Result};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::{Timestamp, ToSpan as _};
use ofektom_app::{App, BulkInput, BulkItemInput, BulkPermitted, ContributionInput};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{BulkOutcome, CardRef};
use ofektom_persistence::WriterConfig;

use super::super::stand_ins::at;
use super::super::world::{World, fresh, instant_of, request};
use super::settling::{CARDS_PER_ROUTE, LargeBusiness, Route, RouteCard};
use super::visits::{Enough, boxes_due, enough};
use super::{DAYS, ScaleTally};
use crate::progress::Progress;

/// Routes that are played at the same time: while the database writes for one, another one is decided on.
const ROUTES_AT_ONCE: usize = 4;
/// Days that are recorded in one go. A card that is paid several times meanwhile is written once.
const DAYS_AT_ONCE: usize = 60;
/// Collectors record one after the other, so many seconds apart: their ids do not mix.
const SECONDS_APART: i64 = 5;

/// The writer for it: some weeks of a route are one batch, however many there are, and they all have room in the queue.
pub(crate) const WRITER: WriterConfig = WriterConfig { queue_items_max: 250_000, writers: 3, batch_items: 1 };
const _: () = assert!(ROUTES_AT_ONCE * DAYS_AT_ONCE * CARDS_PER_ROUTE < 250_000, "they would be refused");

/// A route, and what is to be known to play it.
struct Turn<'a> {
    app: &'a App,
    business: BusinessId,
    route: &'a Route,
    /// When its collector records, by day.
    evenings: Vec<Timestamp>,
    /// What is left to be paid on the last of these days.
    on_last_day: u64,
}

/// Records the visits of all businesses until so many boxes are paid.
pub(super) async fn collect(
    world: &World,
    businesses: &[LargeBusiness],
    markings: u64,
    tally: &mut ScaleTally,
) -> Result<()> {
    let progress = Progress::start("collecting", markings);
    let Enough { last_day, on_last_day } = enough(businesses, markings);
    let mut turns = Vec::new();
    for business in businesses {
        for (number, route) in (0_i64..).zip(&business.routes) {
            let on_last_day = on_last_day.get(turns.len()).copied().unwrap_or(0);
            let evenings = evenings(world, last_day, number)?;
            turns.push(Turn { app: &world.app, business: business.id, route, evenings, on_last_day });
        }
    }
    let progress_of = &progress;
    let mut done = stream::iter(turns).map(|turn| turn.play(progress_of)).buffer_unordered(ROUTES_AT_ONCE);
    while let Some((contributions, markings)) = done.try_next().await? {
        tally.contributions += contributions;
        tally.markings += markings;
    }
    progress.finish();
    Ok(())
}

/// When the collector of a route records, each day up to the last.
fn evenings(world: &World, last_day: u32, route: i64) -> Result<Vec<Timestamp>> {
    let evening = |day: u32| {
        let day = world.days_ago(i64::from(DAYS) + 1 - i64::from(day))?;
        anyhow::Ok(instant_of(day, super::super::EVENING)?.checked_add((route * SECONDS_APART).seconds())?)
    };
    (1..=last_day).map(evening).collect()
}

impl Turn<'_> {
    /// Contributions and boxes.
    async fn play(self, progress: &Progress) -> Result<(u64, u64)> {
        let mut sums = (0, 0);
        let last = self.evenings.len();
        let days: Vec<(u32, Timestamp)> = (1..).zip(self.evenings.iter().copied()).collect();
        for days in days.chunks(DAYS_AT_ONCE) {
            let mut bulks = Vec::with_capacity(days.len());
            for (day, evening) in days {
                let is_last = usize::try_from(*day)? == last;
                let items = self.items(*day, if is_last { self.on_last_day } else { u64::MAX })?;
                if !items.is_empty() {
                    bulks.push(self.permitted(*day, *evening, items).await?);
                }
            }
            for answer in self.app.contributions_post_bulks(bulks).await? {
                let (contributions, markings) = counted(&fresh(answer)?)?;
                sums = (sums.0 + contributions, sums.1 + markings);
                progress.advance(markings);
            }
        }
        Ok(sums)
    }

    /// What the collector is given on a day, but at most so many boxes.
    fn items(&self, day: u32, mut left: u64) -> Result<Vec<BulkItemInput>> {
        let mut items = Vec::new();
        for card in &self.route.cards {
            let boxes = boxes_due(card, day).min(u32::try_from(left).unwrap_or(u32::MAX));
            if boxes > 0 {
                left -= u64::from(boxes);
                items.push(item(card, boxes)?);
            }
        }
        Ok(items)
    }

    async fn permitted(&self, day: u32, evening: Timestamp, items: Vec<BulkItemInput>) -> Result<BulkPermitted> {
        let input = BulkInput { items: items.into_iter().map(Ok).collect(), all_or_nothing: true };
        let request = request(&format!("route-day-{day}"))?;
        let asked = self.app.bulk_permitted(&self.route.collector, self.business, input, request);
        Ok(at(evening, asked).await?)
    }
}

fn item(card: &RouteCard, boxes: u32) -> Result<BulkItemInput> {
    let amount = card.box_amount.times(boxes).context("an amount of the demo")?;
    Ok(BulkItemInput {
        card: CardRef::Id(card.id),
        contribution: ContributionInput { amount, collected_on: None, boxes: Vec::new(), note: None },
    })
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

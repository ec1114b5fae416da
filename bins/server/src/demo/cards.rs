//! Cards are opened, changed and ended, by their stories.

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use ofektom_app::OpenInput;
use ofektom_domain::savings::SavingsChange;

use super::card::{Card, plan_of};
use super::cast::Cast;
use super::stories::{Ending, STORIES, Story};
use super::world::World;

/// The latest day on which cards are opened: two days ago, whenever they start.
const OPENED_DAYS_AGO_MIN: i64 = 2;
/// When cards are extended, ended and cancelled.
const EXTENDED_DAYS_AGO: i64 = 6;
const ENDED_DAYS_AGO: i64 = 5;
const CANCELLED_DAYS_AGO: i64 = 4;

/// The customers' stories, a customer's place with each.
fn lives() -> impl Iterator<Item = (usize, Story)> {
    STORIES.iter().flat_map(|story| std::iter::repeat_n(*story, story.customers)).enumerate()
}

/// Opens the cards that are opened on a day.
pub(super) async fn day_open(world: &World, cast: &Cast, cards: &mut Vec<Card>, days_ago: i64) -> Result<()> {
    for (index, story) in lives().filter(|(_, story)| story.started_days_ago.max(OPENED_DAYS_AGO_MIN) == days_ago) {
        let customer = cast.customers.get(index).context("a customer")?;
        // Two cards a route are collected in the shop, by the owner, who then has cash to pay out.
        let in_shop = story.ending == Ending::Asked(super::stories::Payout::PaidInCash);
        let collector = if in_shop { cast.collectors.len() - 1 } else { customer.collector };
        let opener = &cast.collectors.get(collector).context("a collector")?.caller;
        let input = OpenInput {
            customer_id: Some(customer.user_id),
            unit_id: None,
            plan: plan_of(story.saving, world.days_ago(story.started_days_ago)?)?,
            commission: None,
        };
        let account = world.app.savings_open(opener, cast.business.id, input).await?;
        cards.push(Card::new(account, story, index, collector));
    }
    Ok(())
}

/// Extends, ends and cancels the cards whose day it is.
pub(super) async fn day_change(world: &World, cast: &Cast, cards: &mut [Card], days_ago: i64) -> Result<()> {
    for card in cards {
        let change = match (card.story.ending, days_ago) {
            (Ending::Extended, EXTENDED_DAYS_AGO) => SavingsChange::Extend { months: 1 },
            (Ending::EndedEarly, ENDED_DAYS_AGO) => SavingsChange::End,
            (Ending::Cancelled, CANCELLED_DAYS_AGO) => SavingsChange::Cancel,
            _ => continue,
        };
        let collector = &cast.collectors.get(card.collector).context("a collector")?.caller;
        let account = world.app.savings_change(collector, card.account.id, change).await?;
        match change {
            SavingsChange::Edit(_) | SavingsChange::Extend { .. } => card.extended(account),
            SavingsChange::End | SavingsChange::Cancel => card.open = false,
        }
    }
    Ok(())
}

/// Opens a card with the terms of one that was paid out.
pub(super) async fn renew(world: &World, cast: &Cast, card: &Card, start: Date) -> Result<Card> {
    let collector = &cast.collectors.get(card.collector).context("a collector")?.caller;
    let account = world.app.savings_renew(collector, card.account.id, Some(start)).await?;
    let story = Story { ending: Ending::Open, ..card.story };
    Ok(Card::new(account, story, card.customer, card.collector))
}

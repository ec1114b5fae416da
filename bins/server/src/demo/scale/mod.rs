//! A large, consistent set of data: ten businesses, one of them as large as the other nine together, whose customers save
//! every day and pay every few days. It goes through the same use-cases as everything else (imports of customers and
//! cards, rounds of collections), so nothing in it could not have happened.

mod amount;
mod collecting;
mod settling;

use anyhow::Result;
use jiff::Timestamp;
use ofektom_app::App;

pub use amount::{Scale, ScaleParseError};

use super::DemoOutside;
use super::world::World;
use crate::progress::Progress;

/// How many days ago the trade begins, so about how many boxes a card has paid.
const DAYS: u32 = 300;
/// All businesses; the first has half of the cards.
const BUSINESSES: usize = 10;

/// What was made.
#[derive(Clone, Debug, Default)]
pub struct ScaleTally {
    /// Businesses.
    pub businesses: usize,
    /// People who collect.
    pub collectors: usize,
    /// Cards; about five of six are of a customer of their own.
    pub cards: usize,
    /// Contributions.
    pub contributions: u64,
    /// Boxes that they paid.
    pub markings: u64,
    /// A phone number to sign in with: the owner of the largest business.
    pub owner_phone: String,
}

/// Makes the data. `app` works with the clock and the messenger of `outside`; `now` is the real time. The same seed gives
/// the same data, but for ids, codes and days.
///
/// # Errors
/// When its people are in the database already, or a use-case refuses.
pub async fn play_scaled(
    app: App,
    outside: DemoOutside,
    (scale, seed): (Scale, u64),
    now: Timestamp,
) -> Result<ScaleTally> {
    let mut world = World::new(app, outside.clock, outside.letters, seed, now)?;
    world.move_to(world.days_ago(i64::from(DAYS))?, super::MORNING)?;
    let mut businesses = settling::settle(&mut world, sizes(scale)).await?;
    let progress = Progress::start("collecting", scale.markings());
    let mut tally = ScaleTally {
        businesses: businesses.len(),
        collectors: businesses.iter().map(|business| business.routes.len()).sum(),
        cards: businesses.iter().flat_map(|business| &business.routes).map(|route| route.cards.len()).sum(),
        owner_phone: settling::staff_phone(0)?.as_str().to_owned(),
        ..ScaleTally::default()
    };
    for days_ago in (1..=DAYS).rev() {
        world.move_to(world.days_ago(i64::from(days_ago))?, super::EVENING)?;
        let left = scale.markings().saturating_sub(tally.markings);
        collecting::day_collect(&mut world, &mut businesses, left, &mut tally, &progress).await?;
    }
    progress.finish();
    Ok(tally)
}

/// How many cards each business has. A few more than are needed, because the last visit of most cards is some days ago.
fn sizes(scale: Scale) -> Vec<usize> {
    let days = u64::from(DAYS);
    let cards = usize::try_from((scale.markings() + days * scale.markings() / 5_000) / days).unwrap_or(usize::MAX) + 1;
    let each_other = cards / 2 / (BUSINESSES - 1) + 1;
    (0..BUSINESSES).map(|number| if number == 0 { cards - cards / 2 } else { each_other }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_business_has_half_of_the_cards() {
        let sizes = sizes("1m".parse().unwrap());
        let others: usize = sizes.iter().skip(1).sum();
        assert!(sizes.len() == BUSINESSES && sizes[0].abs_diff(others) <= BUSINESSES, "{sizes:?}");
        assert!(sizes.iter().sum::<usize>() * 300 > 1_000_000, "{sizes:?}");
    }
}

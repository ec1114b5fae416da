//! A large, consistent set of data: ten businesses, one of them as large as the other nine together, whose customers save
//! every day and pay every few days. It goes through the same use-cases as everything else (imports of customers and
//! cards, rounds of collections), so nothing in it could not have happened.

mod amount;
mod collecting;
mod settling;
mod visits;

use anyhow::Result;
use jiff::Timestamp;
use ofektom_app::App;

pub use amount::{Scale, ScaleParseError};
pub(crate) use collecting::WRITER;

use super::DemoOutside;
use super::world::World;

/// How many days ago the trade begins, so about how many boxes a card has paid.
const DAYS: u32 = 300;
/// So many days before the end the last visit to a card may be.
const LAST_VISIT_BEFORE: u32 = 14;
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
    let businesses = settling::settle(&mut world, sizes(scale)).await?;
    let mut tally = ScaleTally {
        businesses: businesses.len(),
        collectors: businesses.iter().map(|business| business.routes.len()).sum(),
        cards: businesses.iter().flat_map(|business| &business.routes).map(|route| route.cards.len()).sum(),
        owner_phone: settling::staff_phone(0)?.as_str().to_owned(),
        ..ScaleTally::default()
    };
    collecting::collect(&world, &businesses, scale.markings(), &mut tally).await?;
    world.clock.move_to(now);
    Ok(tally)
}

/// How many cards each business has: enough, although the last visit of a card may be two weeks before the last day.
fn sizes(scale: Scale) -> Vec<usize> {
    let boxes = u64::from(DAYS - LAST_VISIT_BEFORE);
    let cards = usize::try_from(scale.markings() / boxes).unwrap_or(usize::MAX) + 1;
    let each_other = (cards / 2).div_ceil(BUSINESSES - 1).max(1);
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
        assert!(sizes.iter().sum::<usize>() * 286 > 1_000_000, "{sizes:?}");
    }
}

//! A realistic demo business, played through the real use-cases: a month and more of a savings trade, day by day, with a
//! clock that is moved from the first day to today.

mod card;
mod cards;
mod cast;
mod dice;
mod handing_in;
mod names;
mod payouts;
mod rounds;
mod scale;
mod stand_ins;
mod stories;
mod world;

use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use ofektom_app::App;
use ofektom_domain::ports::{Clock, Messenger};

pub use names::{CUSTOMER_PIN, STAFF_PASSPHRASE};
pub(crate) use scale::WRITER;
pub use scale::{Scale, ScaleParseError, ScaleTally, play_scaled};

use crate::progress::Progress;
use stand_ins::{Letters, MovedClock};
use world::World;

/// How many days ago the business opens.
const OPENED_DAYS_AGO: i64 = 41;
/// Times of a day, in minutes since midnight.
const MORNING: u32 = 8 * 60;
const EVENING: u32 = 18 * 60;

/// The clock and the messenger of a demo, to put an [`App`] together with.
#[derive(Default)]
pub struct DemoOutside {
    clock: Arc<MovedClock>,
    letters: Arc<Letters>,
}

impl DemoOutside {
    /// A clock that the demo moves.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::<MovedClock>::clone(&self.clock)
    }

    /// A messenger whose messages the people of the demo act on.
    #[must_use]
    pub fn messenger(&self) -> Arc<dyn Messenger> {
        Arc::<Letters>::clone(&self.letters)
    }
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Savings accounts opened.
    pub cards: usize,
    /// Contributions posted.
    pub collections: usize,
    /// Contributions taken back.
    pub reversals: usize,
    /// Payment requests filed.
    pub payment_requests: usize,
    /// Rounds closed.
    pub rounds: usize,
}

/// The demo business as it stands at the end.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Its name.
    pub business_name: String,
    /// The code by which customers join.
    pub join_code: String,
    /// Who works there: role, name, phone number.
    pub staff: Vec<(&'static str, &'static str, String)>,
    /// The first and the last customer's phone number.
    pub customers: (String, String),
    /// How many customers, and how many of them have not activated their accounts.
    pub customer_counts: (usize, usize),
    /// What was done.
    pub tally: Tally,
}

/// Plays the demo. `app` works with the clock and the messenger of `outside`; `now` is the real time. The same seed gives
/// the same business, but for ids, codes and the day it ends on.
///
/// # Errors
/// When its people are in the database already, or a use-case refuses.
pub async fn play(app: App, outside: DemoOutside, seed: u64, now: Timestamp) -> Result<Demo> {
    let mut world = World::new(app, outside.clock, outside.letters, seed, now)?;
    let progress = Progress::start("playing a month of trade", u64::try_from(OPENED_DAYS_AGO + 1)?);
    world.move_to(world.days_ago(OPENED_DAYS_AGO)?, MORNING)?;
    let cast = cast::assemble(&world).await?;
    let mut tally = Tally::default();
    let (mut cards, mut filed) = (Vec::new(), Vec::new());
    for days_ago in (0..=OPENED_DAYS_AGO).rev() {
        let day = world.days_ago(days_ago)?;
        if world.move_to(day, MORNING)? {
            cards::day_open(&world, &cast, &mut cards, days_ago).await?;
        }
        rounds::day_collect(&mut world, &cast, &mut cards, day, &mut tally).await?;
        if world.move_to(day, EVENING)? {
            cards::day_change(&world, &cast, &mut cards, days_ago).await?;
            payouts::day_payouts(&mut world, &cast, &mut cards, (&mut filed, days_ago), &mut tally).await?;
        }
        handing_in::day_hand_in(&mut world, &cast, (day, days_ago), &mut tally).await?;
        progress.advance(1);
    }
    progress.finish();
    tally.cards = cards.len();
    demo_of(&cast, tally)
}

fn demo_of(cast: &cast::Cast, tally: Tally) -> Result<Demo> {
    let roles = ["owner", "admin", "collector", "collector", "collector"];
    let staff = roles.into_iter().zip(names::STAFF).enumerate();
    let staff = staff.map(|(index, (role, name))| Ok((role, name, names::staff_phone(index)?.as_str().to_owned())));
    let phone = |index| names::customer_phone(index).map(|phone| phone.as_str().to_owned());
    Ok(Demo {
        business_name: cast.business.name.clone(),
        join_code: cast.business.join_code.to_string(),
        staff: staff.collect::<Result<_>>()?,
        customers: (phone(0)?, phone(stories::CUSTOMERS - 1)?),
        customer_counts: (stories::CUSTOMERS, cast::NOT_ACTIVATED),
        tally,
    })
}

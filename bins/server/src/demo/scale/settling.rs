//! Businesses open, their staff signs up, and their customers are taken over with their cards from files.

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use ofektom_app::{AppError, Caller, ImportInput, NewBusinessInput, Origin, SignUp, SignUpRole};
use ofektom_domain::business::{Business, MemberChange};
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId};
use ofektom_domain::import::{ImportCard, ImportRow, ROWS_MAX};
use ofektom_domain::money::{Currency, Money};
use ofektom_domain::page::{LIMIT_MAX, PageRequest};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{Conflict, SavingsFilter, StoreError};
use ofektom_domain::savings::PlanRequest;

use super::super::names::{STAFF_PASSPHRASE, customer_name};
use super::super::world::{World, fresh};
use crate::progress::Progress;

/// Cards that one person collects on.
pub(super) const CARDS_PER_ROUTE: usize = 500;
/// What a box may cost, in naira.
const BOXES: [i64; 5] = [200, 500, 500, 1_000, 2_000];
/// Of a hundred boxes, how many are of cards that pay each so many days. Few pay every day; most wait for the market day.
const HABITS: [(u64, u32); 4] = [(10, 1), (20, 3), (40, 7), (30, 14)];
/// The visits of a route's customers are spread over so many days.
const PHASES: usize = 14;
/// Months of every card: longer than the trade goes back.
const MONTHS: u32 = 12;

/// A business at work.
pub(super) struct LargeBusiness {
    pub id: BusinessId,
    pub routes: Vec<Route>,
}

/// One person's cards.
pub(super) struct Route {
    pub collector: Caller,
    pub cards: Vec<RouteCard>,
}

/// A card and how it is paid.
pub(super) struct RouteCard {
    pub id: SavingsAccountId,
    pub box_amount: Money,
    /// It is paid each so many days, from some day on.
    pub every: u32,
    pub phase: u32,
}

/// Makes businesses with so many cards each.
pub(super) async fn settle(world: &mut World, sizes: Vec<usize>) -> Result<Vec<LargeBusiness>> {
    let all: usize = sizes.iter().sum();
    let progress = Progress::start("opening cards", u64::try_from(all)?);
    let (mut businesses, mut people, mut customers) = (Vec::new(), 0, 0);
    for (number, cards) in sizes.into_iter().enumerate() {
        let mut business = Opening::start(world, number, &mut people).await?;
        let routes = cards.div_ceil(CARDS_PER_ROUTE);
        for route in 0..routes {
            business.route_add(world, route, &mut people).await?;
        }
        let start = world.days_ago(i64::from(super::DAYS))?;
        for first in (0..cards).step_by(ROWS_MAX) {
            let rows =
                (first..cards.min(first + ROWS_MAX)).map(|card| card_row(customers + card, card % routes, start));
            business.import(world, rows.collect::<Result<_>>()?).await?;
            progress.advance(u64::try_from(ROWS_MAX.min(cards - first))?);
        }
        customers += cards;
        businesses.push(business.finish(world).await?);
    }
    progress.finish();
    Ok(businesses)
}

/// A business that is being made.
struct Opening {
    business: Business,
    owner: Caller,
    routes: Vec<(UnitId, Caller)>,
}

impl Opening {
    async fn start(world: &World, number: usize, people: &mut usize) -> Result<Self> {
        let owner = person(world, people, None).await?;
        let input = NewBusinessInput {
            name: format!("Market Savings {}", number + 1),
            currency: Currency::NGN,
            time_zone: None,
        };
        let business = world.app.business_create(&owner, input).await?;
        // Signed in anew: what he may do in his business goes with the token.
        let owner = world.login(&owner.user.phone, STAFF_PASSPHRASE).await?;
        Ok(Self { business, owner, routes: Vec::new() })
    }

    async fn route_add(&mut self, world: &World, number: usize, people: &mut usize) -> Result<()> {
        let unit = world.app.unit_create(&self.owner, self.business.id, &route_name(number)).await?;
        let collector = person(world, people, Some(&self.business)).await?;
        let change = MemberChange { role: Some(Role::SubAgent), unit_id: Some(unit.id), status: None };
        world.app.member_update(&self.owner, self.business.id, collector.id(), change).await?;
        let collector = world.login(&collector.user.phone, STAFF_PASSPHRASE).await?;
        self.routes.push((unit.id, collector));
        Ok(())
    }

    async fn import(&self, world: &mut World, rows: Vec<ImportRow>) -> Result<()> {
        let rows_total = u32::try_from(rows.len())?;
        let request = world.next_request()?;
        let input = ImportInput { rows, errors: Vec::new(), rows_total };
        let import = fresh(world.app.import_create(&self.owner, self.business.id, input, request).await?)?;
        while world.app.import_run_next().await? {}
        let done = world.app.import_get(&self.owner, self.business.id, import.id).await?;
        if !done.errors.is_empty() {
            bail!("an import of the demo failed: {:?}", done.errors.first());
        }
        // Nobody of them activates himself.
        while world.letters.take_last().is_some() {}
        Ok(())
    }

    /// Reads the cards back, route by route.
    async fn finish(self, world: &mut World) -> Result<LargeBusiness> {
        let mut routes = Vec::with_capacity(self.routes.len());
        for (unit_id, collector) in self.routes {
            let filter = SavingsFilter {
                business_id: Some(self.business.id),
                unit_id: Some(unit_id),
                ..SavingsFilter::default()
            };
            let (mut cards, mut after) = (Vec::new(), None);
            loop {
                let page = PageRequest { limit: LIMIT_MAX, after, total: false };
                let page = world.app.savings_list(&self.owner, &filter, page).await?;
                for account in &page.rows.items {
                    let (box_amount, every) = (account.box_amount(), habit(world));
                    let phase = u32::try_from(cards.len() % PHASES)?;
                    cards.push(RouteCard { id: account.id, box_amount, every, phase });
                }
                after = page.rows.next;
                if after.is_none() {
                    break;
                }
            }
            routes.push(Route { collector, cards });
        }
        Ok(LargeBusiness { id: self.business.id, routes })
    }
}

fn habit(world: &mut World) -> u32 {
    let mut fall = world.dice.below(100);
    for (share, every) in HABITS {
        if fall < share {
            return every;
        }
        fall -= share;
    }
    1
}

/// Someone who works for a business, signed in.
async fn person(world: &World, people: &mut usize, business: Option<&Business>) -> Result<Caller> {
    let phone = staff_phone(*people)?;
    let input = SignUp {
        phone: phone.clone(),
        secret: STAFF_PASSPHRASE.into(),
        full_name: customer_name(*people)?,
        email: None,
        role: SignUpRole::Agent,
        business_code: business.map(|business| business.join_code),
    };
    *people += 1;
    match world.app.sign_up(input, &Origin::default()).await {
        Err(AppError::Store(StoreError::Conflict(Conflict::Phone))) => {
            bail!("this database has scaled data already: make it in a fresh one")
        }
        other => other?,
    };
    world.login(&phone, STAFF_PASSPHRASE).await
}

/// The row of a file for one card. Every sixth card is its customer's second one.
fn card_row(card: usize, route: usize, start_date: Date) -> Result<ImportRow> {
    let customer = card * 5 / 6;
    let naira = BOXES.iter().cycle().nth(card % BOXES.len()).context("a price")?;
    let box_amount = Money::from_kobo(naira * 100);
    let plan = PlanRequest::Daily { box_amount, months: MONTHS, start_date };
    Ok(ImportRow {
        line: u32::try_from(card % ROWS_MAX)? + 2,
        phone: format!("+234803{customer:07}").parse()?,
        full_name: customer_name(customer % 180)?,
        unit: Some(route_name(route)),
        card: Some(ImportCard { plan, commission: None, reference: format!("{card}") }),
    })
}

fn route_name(number: usize) -> String {
    format!("Route {}", number + 1)
}

/// The number of someone who works for one of the businesses.
pub(super) fn staff_phone(number: usize) -> Result<PhoneNumber> {
    Ok(format!("+234805{number:07}").parse()?)
}

/// Hands a test a card that is paid each so many days.
#[cfg(test)]
pub(super) fn card_for_tests<T>(every: u32, phase: u32, what: impl FnOnce(&RouteCard) -> T) -> T {
    let id = ofektom_domain::ids::IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1).make();
    what(&RouteCard { id, box_amount: Money::from_kobo(20_000), every, phase })
}

//! Cards that mature: each is completed once, whoever does it and whatever happens on the way.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use ofektom_domain::business::{Business, BusinessStatus};
use ofektom_domain::context::SystemContext;
use ofektom_domain::ports::{BusinessStore, MatureCards, MaturedCards, MaturityStore, NewBusiness};
use ofektom_domain::savings::{CompletionReason, SavingsAccount, SavingsStatus, matured_until};
use ofektom_persistence::{Db, DbConfig, Maturity};
use ofektom_testkit::{TestDb, on_both_engines};
use tokio::task::JoinSet;

use crate::desk::{Desk, daily, naira};
use crate::fixture::World;
use crate::raw::Raw;

on_both_engines!(
    servers_at_once_complete_each_card_once,
    what_was_cut_off_is_taken_up,
    a_day_is_finished_once,
    businesses_with_something_to_do_are_found,
);

/// Cards of March mature when April begins.
const APRIL: Date = date(2025, 4, 1);

async fn maturity(test: &TestDb) -> Maturity {
    Maturity::new(Db::connect(DbConfig::new(&test.url)).await.unwrap())
}

fn step(desk: &Desk, today: Date, cards_max: u32) -> MatureCards {
    let now: Timestamp = "2025-03-31T23:00:00Z".parse().unwrap();
    let seed = u128::from(desk.serial()) << 64;
    let context = SystemContext { now, today, seed, item: 0 };
    MatureCards { business_id: desk.business.id, matured_until: matured_until(today, 0), cards_max, context }
}

/// Cards that end with March, some of them with money, and some that go on.
async fn cards(desk: &Desk, count: usize) -> Vec<SavingsAccount> {
    let mut cards = Vec::new();
    for at in 0..count {
        let card = desk.open_card(daily(500, 1)).await;
        if at % 3 == 0 {
            desk.pay(card.id, naira(1_500)).await;
        }
        cards.push(desk.card(card.id).await);
    }
    for _ in 0..3 {
        desk.open_card(daily(500, 2)).await;
    }
    cards
}

async fn completed_once(desk: &Desk, test: &TestDb, cards: &[SavingsAccount]) {
    for before in cards {
        let after = desk.card(before.id).await;
        let paid = !before.balance.is_zero();
        assert_eq!(after.status, if paid { SavingsStatus::Completed } else { SavingsStatus::PaidOut });
        assert_eq!((after.completion, after.version), (Some(CompletionReason::Matured), before.version + 1));
        assert_eq!((after.balance, after.updated_by), (before.balance, before.updated_by));
    }
    let rows = Raw::open(test).await.count("audit_rows WHERE verb = 'savings.mature' AND actor_id IS NULL").await;
    assert_eq!(rows, i64::try_from(cards.len()).unwrap());
    desk.books_are_right().await;
}

async fn servers_at_once_complete_each_card_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let cards = cards(&desk, 60).await;
    let mut servers = JoinSet::new();
    for _ in 0..3 {
        let (maturity, desk) = (maturity(&test).await, desk.clone());
        servers.spawn(async move {
            let mut completed = 0;
            // Steps that find another server at work do nothing; there are enough of them for one server to do it all.
            for _ in 0..40 {
                completed += maturity.cards_mature(step(&desk, APRIL, 7)).await.unwrap().completed;
            }
            completed
        });
    }
    let completed: u64 = servers.join_all().await.into_iter().sum();
    assert_eq!(completed, 60);
    completed_once(&desk, &test, &cards).await;
}

async fn what_was_cut_off_is_taken_up(test: TestDb) {
    let desk = Desk::open(&test).await;
    let cards = cards(&desk, 10).await;
    let first = maturity(&test).await;
    let done = first.cards_mature(step(&desk, APRIL, 4)).await.unwrap();
    assert_eq!(done, MaturedCards { completed: 4, paid_out: 2, more: true });
    // Nobody waits for its answer: whatever becomes of the second step, none of it is half done.
    tokio::select! {
        biased;
        _ = first.cards_mature(step(&desk, APRIL, 4)) => {}
        () = std::future::ready(()) => {}
    }
    let second = maturity(&test).await;
    let raw = Raw::open(&test).await;
    // The second step may be under way still, and whoever meets it does nothing: there are enough tries.
    for _ in 0..1_000 {
        second.cards_mature(step(&desk, APRIL, 4)).await.unwrap();
        if raw.count("audit_rows WHERE verb = 'savings.mature'").await == 10 {
            break;
        }
    }
    completed_once(&desk, &test, &cards).await;
}

async fn a_day_is_finished_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let cards = cards(&desk, 2).await;
    let maturity = maturity(&test).await;
    let run = async |day| maturity.cards_mature(step(&desk, day, 7)).await.unwrap().completed;
    assert_eq!(run(APRIL - 1.day()).await, 0);
    assert_eq!(run(APRIL).await, 2);
    completed_once(&desk, &test, &cards).await;
    let late = desk.open_card(daily(500, 1)).await;
    assert_eq!(run(APRIL).await, 0, "the day is finished");
    assert_eq!(run(APRIL - 1.day()).await, 0);
    assert_eq!(run(APRIL + 1.day()).await, 1);
    assert_eq!(desk.card(late.id).await.status, SavingsStatus::PaidOut);
}

async fn businesses_with_something_to_do_are_found(test: TestDb) {
    let mut world = World::open(&test).await;
    let owner = world.registered("Ngozi Eze").await;
    let mut trading = Vec::new();
    for status in [BusinessStatus::Active, BusinessStatus::Suspended, BusinessStatus::Active, BusinessStatus::Closed] {
        let new = world.business("Ajo Store", owner.id);
        let business = Business { status, ..new.business };
        world.businesses.business_create(NewBusiness { business: business.clone(), ..new }).await.unwrap();
        if status == BusinessStatus::Active {
            trading.push(business.id);
        }
    }
    let desk = Desk::open_in(&mut world, "Esusu Store").await;
    trading.push(desk.business.id);
    trading.sort_unstable();
    let maturity = Maturity::new(world.db.clone());
    let found = async |now: &str, after, limit| -> Vec<_> {
        let found = maturity.maturing_businesses(now.parse().unwrap(), after, limit).await.unwrap();
        found.into_iter().map(|maturing| (maturing.business.id, maturing.finished_on)).collect()
    };
    let all: Vec<_> = trading.iter().map(|id| (*id, None)).collect();
    assert_eq!(found("2025-03-31T23:00:00Z", None, 10).await, all);
    assert_eq!(found("2025-03-31T23:00:00Z", None, 2).await, all[..2]);
    assert_eq!(found("2025-03-31T23:00:00Z", Some(trading[1]), 2).await, all[2..]);
    maturity.cards_mature(step(&desk, APRIL, 7)).await.unwrap();
    let others: Vec<_> = all.iter().copied().filter(|(id, _)| *id != desk.business.id).collect();
    assert_eq!(found("2025-04-01T09:59:59Z", None, 10).await, others, "it is 1 April everywhere");
    let again = found("2025-04-01T10:00:00Z", None, 10).await;
    assert!(again.contains(&(desk.business.id, Some(APRIL))), "2 April has begun on Kiritimati");
}

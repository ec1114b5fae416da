//! Commission: its periods, its terms, and what one contribution takes.

use jiff::civil::{Date, date};
use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::money::Money;
use ofektom_domain::plan::Plan;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsStatus;

use super::desk::{Desk, daily, naira, target};

fn per(days: u32) -> CommissionRequest {
    CommissionRequest { amount: None, period: CommissionPeriod::Days(days) }
}

fn of(amount: Money) -> CommissionRequest {
    CommissionRequest { amount: Some(amount), period: CommissionPeriod::Monthly }
}

#[test]
fn a_period_gives_its_commission_once_and_a_new_one_when_it_begins() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    let mut taken = |boxes: i64| desk.pay(card, naira(500 * boxes)).unwrap().contribution.commission;
    assert_eq!([taken(1), taken(1), taken(28), taken(2), taken(58)], [500, 0, 0, 500, 500].map(naira));
    let starts: Vec<(u32, Date)> = desk.books.commissions.iter().map(|m| (m.period, m.period_start)).collect();
    assert_eq!(starts, [(0, date(2025, 1, 1)), (1, date(2025, 2, 1)), (2, date(2025, 3, 1))]);
}

#[test]
fn periods_of_a_card_that_starts_on_the_31st_are_clamped_and_do_not_drift() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 4, date(2025, 1, 31)));
    let mut taken = |day| {
        let item = ContributionItem { boxes: vec![day], ..desk.cash(naira(500)) };
        desk.post(card, &item).unwrap().contribution.commission
    };
    // Days before and of each turn: 28 Feb, 31 Mar, 30 Apr.
    for (last, first) in [
        (date(2025, 2, 27), date(2025, 2, 28)),
        (date(2025, 3, 30), date(2025, 3, 31)),
        (date(2025, 4, 29), date(2025, 4, 30)),
    ] {
        assert_eq!(taken(first), naira(500), "{first}");
        assert_eq!(taken(last), if last == date(2025, 2, 27) { naira(500) } else { Money::ZERO }, "{last}");
    }
    assert_eq!(desk.card(card).plan.end(), date(2025, 5, 30));
    let starts: Vec<Date> = desk.books.commissions.iter().map(|movement| movement.period_start).collect();
    assert_eq!(starts, [date(2025, 2, 28), date(2025, 1, 31), date(2025, 3, 31), date(2025, 4, 30)]);
}

#[test]
fn commission_every_ten_days() {
    let mut desk = Desk::new();
    let card = desk.open_with(daily(500, 1, date(2025, 1, 1)), per(10)).unwrap();
    let mut taken = |boxes: i64| desk.pay(card, naira(500 * boxes)).unwrap().contribution.commission;
    assert_eq!([taken(10), taken(1), taken(19), taken(1)].map(Money::kobo), [50_000, 50_000, 50_000, 50_000]);
    assert_eq!(desk.card(card).commission, naira(2_000), "31 days have four periods");
}

#[test]
fn a_commission_above_a_box_takes_no_more_than_was_paid() {
    let mut desk = Desk::new();
    let card = desk.open_with(daily(500, 1, date(2025, 1, 1)), of(naira(1_200))).unwrap();
    let mut paid = |amount| {
        let receipt = desk.pay(card, naira(amount)).unwrap();
        (receipt.contribution.commission, receipt.contribution.balance_after)
    };
    assert_eq!(paid(499), (Money::ZERO, naira(499)), "credit gives no commission");
    assert_eq!(paid(1), (naira(500), Money::ZERO));
    assert_eq!(paid(500), (naira(500), Money::ZERO));
    assert_eq!(paid(500), (naira(200), naira(300)));
    assert_eq!(paid(500), (Money::ZERO, naira(800)));
}

#[test]
fn no_commission_moves_nothing() {
    let mut desk = Desk::new();
    let card = desk.open_with(daily(500, 1, date(2025, 1, 1)), of(Money::ZERO)).unwrap();
    desk.pay(card, naira(31 * 500)).unwrap();
    assert_eq!((desk.card(card).commission, desk.card(card).balance), (Money::ZERO, naira(31 * 500)));
    assert!(desk.books.commissions.is_empty());
    assert_eq!(desk.books.entries.len(), 1);
}

#[test]
fn terms_out_of_range_are_refused() {
    let mut desk = Desk::new();
    let plan = target(1_000, date(2025, 1, 1), date(2025, 1, 10));
    let above = naira(1_000).plus(Money::from_kobo(1)).unwrap();
    for terms in [per(0), per(367), of(naira(-1)), of(above)] {
        assert!(matches!(desk.open_with(plan, terms), Err(Refusal::Invalid(_))), "{terms:?}");
    }
    for terms in [per(1), per(366), of(Money::ZERO), of(naira(1_000))] {
        assert!(desk.open_with(plan, terms).is_ok(), "{terms:?}");
    }
}

#[test]
fn a_commission_of_everything_leaves_nothing_to_pay() {
    let mut desk = Desk::new();
    let plan = target(1_000, date(2025, 1, 1), date(2025, 1, 10));
    let card = desk.open_with(plan, of(naira(1_000))).unwrap();
    desk.pay(card, naira(1_000)).unwrap();
    let card = desk.card(card);
    assert_eq!((card.commission, card.balance), (naira(1_000), Money::ZERO));
    assert_eq!(card.status, SavingsStatus::PaidOut);
}

#[test]
fn a_default_above_a_small_plan_becomes_the_plan() {
    let plan = Plan::daily(Money::from_kobo(10_000), 1, date(2025, 2, 1)).unwrap();
    let default = CommissionRequest { amount: Some(Money::from_kobo(1_000_000)), period: CommissionPeriod::Monthly };
    assert!(default.terms_for(&plan).is_err());
    let fitted = default.fitted_to(&plan).unwrap();
    assert_eq!(fitted.terms_for(&plan).unwrap().amount, plan.boxes.total().unwrap());
}

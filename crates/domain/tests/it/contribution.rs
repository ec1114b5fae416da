//! Contributions: which boxes the money pays, what stays as credit, what is refused.

use jiff::civil::date;
use ofektom_domain::contribution::{ContributionItem, ContributionMethod, ContributionReceipt};
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::refusal::Refusal;

use super::desk::{COLLECTOR, Desk, OTHER_COLLECTOR, daily, naira};

fn dates(receipt: &ContributionReceipt) -> Vec<String> {
    receipt.allocated.iter().map(|marking| marking.box_date.to_string()).collect()
}

#[test]
fn money_pays_the_oldest_boxes_and_the_rest_is_used_first_next_time() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    let first = desk.pay(card, naira(1_200)).unwrap();
    assert_eq!(dates(&first), ["2025-01-01", "2025-01-02"]);
    assert_eq!((first.contribution.credit_after, first.contribution.balance_after), (naira(200), naira(700)));
    assert_eq!(desk.card(card).next_due_date(), Some(date(2025, 1, 3)));

    let second = desk.pay(card, naira(300)).unwrap();
    assert_eq!(dates(&second), ["2025-01-03"], "200.00 of credit and 300.00");
    assert_eq!((second.contribution.credit_after, second.contribution.balance_after), (Money::ZERO, naira(1_000)));

    let third = desk.pay(card, naira(100)).unwrap();
    assert_eq!((third.contribution.boxes, third.contribution.credit_after), (0, naira(100)));
}

#[test]
fn named_boxes_are_paid_first_past_and_future() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    let item = ContributionItem { boxes: vec![date(2025, 1, 31), date(2025, 1, 7)], ..desk.cash(naira(1_500)) };
    let receipt = desk.post(card, &item).unwrap();
    assert_eq!(dates(&receipt), ["2025-01-01", "2025-01-07", "2025-01-31"]);
    assert_eq!(desk.card(card).next_due_date(), Some(date(2025, 1, 2)));
}

#[test]
fn named_boxes_are_refused_when_they_cannot_all_be_paid() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(700)).unwrap();
    let (paid, open, other) = (date(2025, 1, 1), date(2025, 1, 5), date(2025, 1, 6));
    let mut post = |boxes: Vec<_>, amount| {
        let item = ContributionItem { boxes, ..desk.cash(amount) };
        desk.post(card, &item)
    };
    assert_eq!(post(vec![open, paid], naira(1_000)), Err(Refusal::BoxAlreadyPaid(paid)));
    for off in [date(2024, 12, 31), date(2025, 2, 1)] {
        assert_eq!(post(vec![off], naira(500)), Err(Refusal::BoxNotOnCard(off)));
    }
    let Err(Refusal::Invalid(errors)) = post(vec![open, other, open], naira(1_500)) else { unreachable!() };
    assert_eq!(errors[0].field, "boxes[2]");
    let short = Refusal::BoxesNotCovered { needed: naira(1_000), available: Money::from_kobo(99_999) };
    assert_eq!(post(vec![open, other], Money::from_kobo(79_999)), Err(short));
    assert_eq!(post(vec![open, other], naira(800)).map(|receipt| receipt.contribution.credit_after), Ok(Money::ZERO));
}

#[test]
fn a_card_takes_what_its_boxes_cost_and_not_a_kobo_more() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(700)).unwrap();
    let left = naira(31 * 500 - 700);
    let over = left.plus(Money::from_kobo(1)).unwrap();
    assert_eq!(desk.pay(card, over), Err(Refusal::BoxesExhausted { left }));
    assert_eq!(desk.pay(card, Money::from_kobo(i64::MAX)), Err(Refusal::TooLarge));
    for nothing in [Money::ZERO, naira(-500), Money::from_kobo(i64::MIN)] {
        assert!(matches!(desk.pay(card, nothing), Err(Refusal::Invalid(_))), "{nothing}");
    }
    assert_eq!(desk.pay(card, left).unwrap().contribution.credit_after, Money::ZERO);
}

#[test]
fn collections_are_recorded_as_far_back_as_the_policy_says() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    let on = |desk: &mut Desk, day| {
        let item = ContributionItem { collected_on: day, ..desk.cash(naira(500)) };
        desk.post(card, &item).map(|receipt| receipt.contribution.collected_on)
    };
    let (future, eighth, earliest) = (date(2025, 1, 16), date(2025, 1, 7), date(2025, 1, 8));
    assert_eq!(on(&mut desk, future), Err(Refusal::CollectedInFuture(future)));
    assert_eq!(on(&mut desk, earliest), Ok(earliest));
    assert_eq!(on(&mut desk, eighth), Err(Refusal::CollectedTooLongAgo { earliest }));
    desk.policy.backdate_days_max = 0;
    let (today, yesterday) = (date(2025, 1, 15), date(2025, 1, 14));
    assert_eq!(on(&mut desk, today), Ok(today));
    assert_eq!(on(&mut desk, yesterday), Err(Refusal::CollectedTooLongAgo { earliest: today }));
    desk.policy.backdate_days_max = u32::MAX;
    assert_eq!(on(&mut desk, date(1900, 1, 1)), Ok(date(1900, 1, 1)));
}

#[test]
fn the_entry_is_of_the_day_and_the_collector_of_the_money() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    let day = date(2025, 1, 10);
    let item = ContributionItem { collected_on: day, collected_by: OTHER_COLLECTOR.id, ..desk.cash(naira(500)) };
    let receipt = desk.post(card, &item).unwrap();
    assert_eq!(receipt.contribution.created_by, COLLECTOR.id);
    assert_eq!(desk.books.balance_of(LedgerAccount::Cash(OTHER_COLLECTOR.id)), 50_000);
    assert!(desk.books.entries.values().all(|entry| entry.occurred_on == day));
    assert!(desk.books.commissions.iter().all(|m| m.collector == OTHER_COLLECTOR.id && m.occurred_on == day));
}

#[test]
fn online_money_is_owed_by_the_provider() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    for method in [ContributionMethod::Card, ContributionMethod::BankTransfer] {
        let item = ContributionItem { method, ..desk.cash(naira(500)) };
        desk.post(card, &item).unwrap();
    }
    assert_eq!(desk.books.balance_of(LedgerAccount::ProviderClearing), 100_000);
    assert_eq!(desk.books.balance_of(LedgerAccount::Cash(COLLECTOR.id)), 0);
}

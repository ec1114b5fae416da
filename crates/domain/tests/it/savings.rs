//! The life of a card: extend, renew, end, cancel.

use jiff::civil::date;
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::money::Money;
use ofektom_domain::refusal::{FieldError, Refusal};
use ofektom_domain::savings::{CompletionReason, PlanRequest, Progress, SavingsChange, SavingsStatus};

use super::desk::{AGENT, Desk, daily, naira, target};

const EXTEND: SavingsChange = SavingsChange::Extend { months: 1 };

fn field_of(refusal: Result<(), Refusal>) -> Option<String> {
    match refusal {
        Err(Refusal::Invalid(errors)) => errors.first().map(|FieldError { field, .. }| field.clone()),
        _ => None,
    }
}

#[test]
fn a_month_added_to_the_last_of_january_ends_on_30_march() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 31)));
    assert_eq!((desk.card(card).plan.boxes.len(), desk.card(card).plan.end()), (28, date(2025, 2, 27)));
    desk.change(card, EXTEND).unwrap();
    assert_eq!((desk.card(card).plan.boxes.len(), desk.card(card).plan.end()), (59, date(2025, 3, 30)));
    desk.pay(card, naira(59 * 500)).unwrap();
    assert_eq!(desk.card(card).commission, naira(2 * 500));
    assert_eq!(desk.card(card).progress(), Progress::Full);
}

#[test]
fn an_extended_target_spreads_what_is_unpaid() {
    let mut desk = Desk::new();
    let card = desk.open(target(900, date(2025, 1, 1), date(2025, 1, 9)));
    let mut item = desk.cash(naira(300));
    item.boxes = vec![date(2025, 1, 3), date(2025, 1, 9)];
    desk.post(card, &item).unwrap();
    assert_eq!(desk.card(card).commission, naira(100));

    desk.change(card, EXTEND).unwrap();
    let plan = &desk.card(card).plan;
    assert_eq!((plan.end(), plan.boxes.len()), (date(2025, 2, 9), 40));
    // 600.00 over 37 unpaid days: 16.21 each, and the last takes what is left. The paid ones keep their 100.00.
    assert_eq!(plan.boxes.to_string(), "1x10000,1x1621,1x10000,5x1621,1x10000,30x1621,1x1644");
    assert_eq!(desk.card(card).commission, naira(100), "an extension moves no money");

    desk.pay(card, naira(600)).unwrap();
    assert_eq!(desk.card(card).commission, naira(200), "two periods, on the terms agreed at first");
    assert_eq!(desk.card(card).completion, Some(CompletionReason::AllPaid));
}

#[test]
fn a_target_extended_twice_counts_from_the_day_agreed_at_first() {
    let mut desk = Desk::new();
    let card = desk.open(target(900, date(2025, 1, 10), date(2025, 1, 31)));
    for end in [date(2025, 2, 28), date(2025, 3, 31)] {
        desk.change(card, EXTEND).unwrap();
        assert_eq!(desk.card(card).plan.end(), end);
    }
}

#[test]
fn a_reopened_box_is_spread_again_and_keeps_its_amount_until_then() {
    let mut desk = Desk::new();
    let card = desk.open(target(900, date(2025, 1, 1), date(2025, 1, 9)));
    let first = desk.pay(card, naira(100)).unwrap();
    desk.change(card, EXTEND).unwrap();
    desk.reverse(first.contribution.id, AGENT).unwrap();
    assert_eq!(desk.card(card).plan.boxes.amount_at(0), Some(naira(100)));
    desk.change(card, EXTEND).unwrap();
    let plan = &desk.card(card).plan;
    assert_eq!((plan.end(), plan.boxes.total().unwrap()), (date(2025, 3, 9), naira(900)));
    assert!(plan.boxes.amount_at(0).unwrap() < naira(14));
}

#[test]
fn credit_that_fills_a_smaller_box_is_used_with_the_next_contribution() {
    let mut desk = Desk::new();
    let card = desk.open(target(200, date(2025, 1, 1), date(2025, 1, 2)));
    desk.pay(card, naira(90)).unwrap();
    desk.change(card, EXTEND).unwrap();
    assert_eq!(desk.card(card).credit, naira(90));
    let receipt = desk.pay(card, Money::from_kobo(1)).unwrap();
    assert_eq!(receipt.contribution.boxes, 14, "90.01 fills fourteen boxes of 6.06");
    assert_eq!(receipt.contribution.credit_after, Money::from_kobo(9_001 - 14 * 606));
}

#[test]
fn an_extension_out_of_range_names_the_months() {
    let mut desk = Desk::new();
    let long = desk.open(daily(500, 120, date(2025, 1, 1)));
    for months in [0, 1, 120, 121, u32::MAX] {
        let refusal = desk.change(long, SavingsChange::Extend { months });
        assert_eq!(field_of(refusal).as_deref(), Some("months"), "{months}");
    }
    // Two kobo cannot be spread over a month.
    let small = desk.open_with(
        PlanRequest::Target {
            target_amount: Money::from_kobo(2),
            start_date: date(2025, 1, 1),
            end_date: date(2025, 1, 2),
        },
        CommissionRequest::default(),
    );
    assert_eq!(field_of(desk.change(small.unwrap(), EXTEND)).as_deref(), Some("months"));
}

#[test]
fn a_renewed_card_has_the_same_terms_and_no_history() {
    let mut desk = Desk::new();
    let old = desk.open(daily(500, 1, date(2025, 1, 31)));
    assert_eq!(desk.renew(old, date(2025, 4, 1)), Err(Refusal::NotEnded(SavingsStatus::Active)));
    desk.change(old, EXTEND).unwrap();
    desk.pay(old, naira(5_000)).unwrap();
    desk.change(old, SavingsChange::End).unwrap();
    let before = desk.card(old).clone();

    let new = desk.renew(old, date(2025, 4, 1)).unwrap();
    let card = desk.card(new);
    assert_eq!((card.plan.start, card.plan.end()), (date(2025, 4, 1), date(2025, 5, 31)), "two months, as extended");
    assert_eq!(card.commission_terms, before.commission_terms);
    assert_eq!((card.renewed_from, card.status, card.collected), (Some(old), SavingsStatus::Active, Money::ZERO));
    assert_ne!(card.tracking_number, before.tracking_number);
    assert_eq!(desk.card(old), &before);
}

#[test]
fn a_renewed_target_takes_as_many_days() {
    let mut desk = Desk::new();
    let old = desk.open(target(900, date(2025, 1, 1), date(2025, 1, 9)));
    desk.pay(old, naira(900)).unwrap();
    let new = desk.renew(old, date(2025, 2, 25)).unwrap();
    assert_eq!(desk.card(new).plan.end(), date(2025, 3, 5));
    assert_eq!(desk.card(new).plan.boxes.to_string(), "9x10000");
}

#[test]
fn only_a_card_on_which_nothing_was_ever_paid_is_cancelled() {
    let mut desk = Desk::new();
    let (unpaid, reversed) = (desk.open(daily(500, 1, desk.today)), desk.open(daily(500, 1, desk.today)));
    desk.change(unpaid, SavingsChange::Cancel).unwrap();
    assert_eq!(desk.card(unpaid).status, SavingsStatus::Cancelled);
    assert_eq!(desk.pay(unpaid, naira(500)), Err(Refusal::NotActive(SavingsStatus::Cancelled)));
    assert_eq!(desk.renew(unpaid, desk.today), Err(Refusal::NotEnded(SavingsStatus::Cancelled)));

    let paid = desk.pay(reversed, naira(500)).unwrap();
    desk.reverse(paid.contribution.id, AGENT).unwrap();
    assert_eq!(desk.change(reversed, SavingsChange::Cancel), Err(Refusal::HasPayments));
    desk.change(reversed, SavingsChange::End).unwrap();
    assert_eq!(desk.card(reversed).status, SavingsStatus::PaidOut, "nothing to pay: paid out at once");
}

#[test]
fn an_ended_card_is_not_changed() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, desk.today));
    desk.pay(card, naira(1_000)).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    for change in [EXTEND, SavingsChange::End, SavingsChange::Cancel] {
        assert_eq!(desk.change(card, change), Err(Refusal::NotActive(SavingsStatus::Completed)));
    }
    assert_eq!(desk.pay(card, naira(500)), Err(Refusal::NotActive(SavingsStatus::Completed)));
}

#[test]
fn a_card_starts_within_ten_years_back_and_a_year_ahead() {
    let mut desk = Desk::new();
    for (start, accepted) in
        [(date(2015, 1, 8), true), (date(2015, 1, 7), false), (date(2026, 1, 16), true), (date(2026, 1, 17), false)]
    {
        let opened = desk.open_with(daily(500, 1, start), CommissionRequest::default());
        assert_eq!(opened.is_ok(), accepted, "{start}");
    }
}

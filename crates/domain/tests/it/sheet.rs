//! What is due on a day agrees with the schedule, box by box.

use jiff::civil::{Date, date};
use ofektom_domain::calendar::{add_days, days_between};
use ofektom_domain::money::Money;
use ofektom_domain::plan::{DueBoxes, PaidBoxes, Plan};
use ofektom_domain::savings::{SavingsChange, SheetTotals};
use proptest::prelude::*;

use super::desk::{Desk, daily, naira, target};

/// Any plan of up to some months: the same box each day, or a target whose last box differs.
fn plans() -> impl Strategy<Value = Plan> {
    let start = (0_i64..1_500).prop_map(|days| add_days(date(2023, 1, 1), days).unwrap());
    let daily = (start.clone(), 1_u32..6, 1_i64..90_000)
        .prop_map(|(start, months, kobo)| Plan::daily(Money::from_kobo(kobo), months, start).unwrap());
    let target = (start, 0_i64..150, 1_000_i64..90_000_000).prop_map(|(start, days, kobo)| {
        Plan::target(Money::from_kobo(kobo), start, add_days(start, days).unwrap()).unwrap()
    });
    prop_oneof![daily, target]
}

fn paid_of(indices: &[u32], boxes: u32) -> PaidBoxes {
    let mut paid = PaidBoxes::default();
    for index in indices.iter().filter(|index| **index < boxes) {
        paid.insert(*index);
    }
    paid
}

/// The unpaid boxes of the schedule up to and with a day.
fn unpaid_until(plan: &Plan, paid: &PaidBoxes, day: Date) -> Vec<(Date, Money)> {
    let boxes = (0..plan.boxes.len()).filter(|index| !paid.contains(*index));
    let dated = boxes.map(|index| (plan.date_of(index), plan.boxes.amount_at(index).unwrap()));
    dated.filter(|(date, _)| *date <= day).collect()
}

proptest! {
    #[test]
    fn what_is_due_is_what_the_schedule_shows_unpaid(
        plan in plans(), indices in prop::collection::vec(0_u32..190, 0..190), offset in -5_i64..200, credit in 0_i64..2_000_000,
    ) {
        let paid = paid_of(&indices, plan.boxes.len());
        let day = add_days(plan.start, offset).unwrap();
        let due = plan.due_on(day, &paid).unwrap();
        let unpaid = unpaid_until(&plan, &paid, day);
        let (own, before): (Vec<_>, Vec<_>) = unpaid.iter().partition(|(date, _)| *date == day);
        prop_assert_eq!(due.today, own.first().map(|(_, amount)| *amount));
        prop_assert_eq!(usize::try_from(due.behind).unwrap(), before.len());
        prop_assert_eq!(due.arrears, Money::sum(before.iter().map(|(_, amount)| *amount)).unwrap());
        prop_assert_eq!(due.is_nothing(), unpaid.is_empty());

        // With what is due in his hand the collector brings the card up to the day, and a kobo less does not.
        let (credit, all) = (Money::from_kobo(credit), Money::sum(unpaid.iter().map(|(_, amount)| *amount)).unwrap());
        let amount = due.amount(credit).unwrap();
        prop_assert!(!amount.is_negative() && credit.plus(amount).unwrap() >= all);
        prop_assert!(amount.is_zero() || credit.plus(amount).unwrap() == all);
    }

    #[test]
    fn a_day_later_as_much_more_is_due_as_its_box_costs(
        plan in plans(), indices in prop::collection::vec(0_u32..190, 0..60), offset in -3_i64..200,
    ) {
        let paid = paid_of(&indices, plan.boxes.len());
        let day = add_days(plan.start, offset).unwrap();
        let (due, later) = (plan.due_on(day, &paid).unwrap(), plan.due_on(day.tomorrow().unwrap(), &paid).unwrap());
        prop_assert_eq!(later.behind, due.behind + u32::from(due.today.is_some()));
        prop_assert_eq!(later.arrears, due.arrears.plus(due.today.unwrap_or(Money::ZERO)).unwrap());
    }

    #[test]
    fn a_card_is_due_exactly_from_its_next_due_date_on(
        indices in prop::collection::vec(0_u32..59, 0..80), offset in -5_i64..70, ended in any::<bool>(),
    ) {
        let mut desk = Desk::new();
        let start = desk.today;
        let id = desk.open(daily(500, 2, start));
        let mut card = desk.card(id).clone();
        card.paid = paid_of(&indices, card.plan.boxes.len());
        if ended {
            card.status = ofektom_domain::savings::SavingsStatus::Completed;
        }
        let day = add_days(start, offset).unwrap();
        let due = card.due_on(day).unwrap();
        prop_assert_eq!(due.is_some(), card.next_due_date().is_some_and(|next| next <= day));
    }
}

#[test]
fn over_the_end_of_february_nobody_owes_a_day_that_there_is_not() {
    let plan = Plan::daily(naira(500), 1, date(2025, 1, 31)).unwrap();
    let none = PaidBoxes::default();
    assert_eq!(plan.end(), date(2025, 2, 27));
    for (day, behind, today) in [
        (date(2025, 1, 30), 0, None),
        (date(2025, 1, 31), 0, Some(naira(500))),
        (date(2025, 2, 1), 1, Some(naira(500))),
        (date(2025, 2, 27), 27, Some(naira(500))),
        (date(2025, 2, 28), 28, None),
        (date(2025, 3, 1), 28, None),
        (date(9999, 12, 31), 28, None),
    ] {
        let due = plan.due_on(day, &none).unwrap();
        assert_eq!((due.behind, due.today), (behind, today), "{day}");
        assert_eq!(due.arrears, naira(500).times(behind).unwrap());
    }
}

#[test]
fn the_last_box_of_a_target_takes_the_remainder() {
    let plan = Plan::target(naira(100_000), date(2025, 1, 1), date(2025, 4, 1)).unwrap();
    let mut paid = PaidBoxes::default();
    for index in 0..90 {
        paid.insert(index);
    }
    let due = plan.due_on(date(2025, 4, 1), &paid).unwrap();
    assert_eq!(due, DueBoxes { behind: 0, arrears: Money::ZERO, today: Some(Money::from_kobo(109_900)) });
    assert_eq!(due.amount(naira(99)).unwrap(), naira(1_000));
    assert_eq!(due.amount(naira(2_000)).unwrap(), Money::ZERO, "credit beyond what is due is no debt of the business");
}

#[test]
fn credit_is_taken_off_and_an_ended_card_owes_nothing() {
    let mut desk = Desk::new();
    let today = desk.today;
    let card = desk.open(daily(500, 1, add_days(today, -2).unwrap()));
    let _ = desk.pay(card, naira(700));
    let of = |desk: &Desk| desk.card(card).clone();
    let due = of(&desk).due_on(today).unwrap().unwrap();
    assert_eq!((due.behind, due.arrears, due.today), (1, naira(500), Some(naira(500))));
    let totals = SheetTotals::NONE.with(&due, of(&desk).credit).unwrap();
    assert_eq!(totals, SheetTotals { cards: 1, arrears: naira(500), amount_due: naira(800) });
    // The collector brings just that, and the card is up to date.
    let _ = desk.pay(card, naira(800));
    assert_eq!(of(&desk).due_on(today), Ok(None));
    let due = of(&desk).due_on(today.tomorrow().unwrap()).unwrap().unwrap();
    assert_eq!((due.behind, due.today), (0, Some(naira(500))));
    desk.change(card, SavingsChange::End).unwrap();
    assert_eq!(of(&desk).due_on(add_days(today, 20).unwrap()), Ok(None));
}

#[test]
fn a_target_card_that_is_planned_anew_is_due_as_its_schedule_says() {
    let mut desk = Desk::new();
    let today = desk.today;
    let card = desk.open(target(1_000, today, add_days(today, 9).unwrap()));
    let _ = desk.pay(card, naira(300));
    desk.change(card, SavingsChange::Extend { months: 1 }).unwrap();
    let account = desk.card(card).clone();
    let end = account.plan.end();
    let due = account.due_on(end).unwrap().unwrap();
    let all = due.arrears.plus(due.today.unwrap()).unwrap();
    assert_eq!(all, naira(700), "what is due on the last day is all that is unpaid");
    assert_eq!(i64::from(due.behind), days_between(today, end) - 3);
}

//! Changing what was agreed on a card.

use jiff::civil::date;
use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::money::Money;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsChange, SavingsEdit, SavingsStatus};

use super::desk::{AGENT, Desk, daily, naira, target};

const NONE: SavingsEdit = SavingsEdit {
    unit_id: None,
    kind: None,
    start_date: None,
    box_amount: None,
    months: None,
    target_amount: None,
    end_date: None,
    commission: None,
};

const fn edit(edit: SavingsEdit) -> SavingsChange {
    SavingsChange::Edit(edit)
}

#[track_caller]
fn refused(changed: Result<(), Refusal>) -> (String, &'static str) {
    let errors = if let Err(Refusal::Invalid(errors)) = changed { errors } else { Vec::new() };
    (errors[0].field.clone(), errors[0].code)
}

#[test]
fn before_the_first_paid_box_everything_changes() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    let all = SavingsEdit {
        kind: Some(PlanKind::Target),
        start_date: Some(date(2025, 1, 31)),
        target_amount: Some(naira(100_000)),
        end_date: Some(date(2025, 2, 1)),
        commission: Some(CommissionRequest { amount: Some(naira(700)), period: CommissionPeriod::Days(10) }),
        ..NONE
    };
    desk.change(card, edit(all)).unwrap();
    let state = desk.card(card);
    assert_eq!((state.plan.boxes.to_string(), state.plan.start), ("2x5000000".to_owned(), date(2025, 1, 31)));
    assert_eq!(state.commission_terms.amount, naira(700));
    // Money that fills no box changes nothing of that, but the card must go on holding it.
    desk.pay(card, naira(400)).unwrap();
    let small = SavingsEdit { target_amount: Some(naira(400)), ..NONE };
    assert_eq!(refused(desk.change(card, edit(small))), ("target_amount".to_owned(), "out_of_range"));
    desk.change(card, edit(SavingsEdit { target_amount: Some(naira(401)), ..NONE })).unwrap();
}

#[test]
fn one_box_of_commission_stays_one_box_before_the_first_is_paid() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    desk.change(card, edit(SavingsEdit { box_amount: Some(naira(200)), ..NONE })).unwrap();
    assert_eq!(desk.card(card).commission_terms.amount, naira(200));
    let agreed = CommissionRequest { amount: Some(naira(300)), period: CommissionPeriod::Monthly };
    desk.change(card, edit(SavingsEdit { commission: Some(agreed), ..NONE })).unwrap();
    desk.change(card, edit(SavingsEdit { box_amount: Some(naira(100)), ..NONE })).unwrap();
    assert_eq!(desk.card(card).commission_terms.amount, naira(300), "what was agreed otherwise stays");
}

#[test]
fn afterwards_only_what_is_unpaid_changes() {
    let mut desk = Desk::new();
    // Today is 15 January; ten boxes are paid, 11 to 14 January are due.
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(5_000)).unwrap();
    desk.change(card, edit(SavingsEdit { box_amount: Some(naira(700)), months: Some(2), ..NONE })).unwrap();
    assert_eq!(desk.card(card).plan.boxes.to_string(), "14x50000,45x70000");
    assert_eq!((desk.card(card).box_amount(), desk.card(card).plan.end()), (naira(700), date(2025, 2, 28)));
    for (field, change) in [
        ("start_date", SavingsEdit { start_date: Some(date(2025, 1, 2)), ..NONE }),
        ("kind", SavingsEdit { kind: Some(PlanKind::Target), ..NONE }),
    ] {
        assert_eq!(refused(desk.change(card, edit(change))), (field.to_owned(), "not_changeable"));
    }
    let foreign = SavingsEdit { target_amount: Some(naira(5)), ..NONE };
    assert_eq!(refused(desk.change(card, edit(foreign))), ("target_amount".to_owned(), "not_allowed"));
}

#[test]
fn a_target_is_planned_again_and_what_is_paid_stays() {
    let mut desk = Desk::new();
    let card = desk.open(target(900, date(2025, 1, 10), date(2025, 1, 18)));
    desk.pay(card, naira(300)).unwrap();
    let more = SavingsEdit { target_amount: Some(naira(1_500)), end_date: Some(date(2025, 1, 24)), ..NONE };
    desk.change(card, edit(more)).unwrap();
    assert_eq!(desk.card(card).plan.boxes.to_string(), "15x10000");
    desk.change(card, SavingsChange::Extend { months: 1 }).unwrap();
    assert_eq!(desk.card(card).plan.end(), date(2025, 2, 24));
    assert_eq!(desk.card(card).box_amount(), Money::from_kobo(2_790), "the box as it is now, not as it was at first");
    for target_amount in [300, 1] {
        let paid = SavingsEdit { target_amount: Some(naira(target_amount)), ..NONE };
        assert_eq!(refused(desk.change(card, edit(paid))), ("target_amount".to_owned(), "out_of_range"));
    }
    let past = SavingsEdit { end_date: Some(date(2025, 1, 14)), ..NONE };
    assert_eq!(refused(desk.change(card, edit(past))), ("end_date".to_owned(), "out_of_range"));
}

#[test]
fn once_a_box_is_paid_the_commission_is_fixed() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    desk.pay(card, naira(500)).unwrap();
    let commission = |kobo: i64, period| {
        let agreed = CommissionRequest { amount: Some(Money::from_kobo(kobo)), period };
        edit(SavingsEdit { commission: Some(agreed), ..NONE })
    };
    let monthly = CommissionPeriod::Monthly;
    assert_eq!(desk.change(card, commission(50_001, monthly)), Err(Refusal::CommissionRaised));
    assert_eq!(desk.change(card, commission(50_000, CommissionPeriod::Days(1))), Err(Refusal::CommissionRaised));
    assert_eq!(refused(desk.change(card, commission(49_999, monthly))), ("commission".to_owned(), "not_changeable"));
    desk.change(card, commission(50_000, monthly)).unwrap();
}

#[test]
fn a_card_whose_only_box_was_reopened_is_agreed_anew_but_never_cancelled() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    let paid = desk.pay(card, naira(500)).unwrap().contribution.id;
    desk.reverse(paid, AGENT).unwrap();
    desk.change(card, edit(SavingsEdit { start_date: Some(date(2025, 1, 20)), ..NONE })).unwrap();
    assert_eq!(desk.change(card, SavingsChange::Cancel), Err(Refusal::HasPayments));
    desk.change(card, SavingsChange::End).unwrap();
    assert_eq!(desk.card(card).status, SavingsStatus::PaidOut, "there is nothing to pay out");
    let ended = desk.change(card, edit(SavingsEdit { months: Some(4), ..NONE }));
    assert_eq!(ended, Err(Refusal::NotActive(SavingsStatus::PaidOut)));
}

//! Cards whose last day has passed.

use jiff::ToSpan;
use jiff::civil::date;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{CompletionReason, SavingsStatus};

use super::desk::{CUSTOMER, Desk, IN_CASH, daily, naira};

#[test]
fn a_card_matures_on_the_day_after_its_last() {
    let mut desk = Desk::new();
    let partly = desk.open(daily(500, 1, date(2024, 12, 16)));
    let commission_only = desk.open(daily(500, 1, date(2024, 12, 16)));
    let unpaid = desk.open(daily(500, 1, date(2024, 12, 16)));
    let later = desk.open(daily(500, 1, date(2024, 12, 17)));
    desk.pay(partly, naira(1_700)).unwrap();
    desk.pay(commission_only, naira(500)).unwrap();
    assert_eq!((desk.card(partly).plan.end(), desk.mature()), (desk.today, 0), "the last day is a day to pay");
    desk.today += 1.day();
    assert_eq!(desk.mature(), 3);
    for (card, status) in [
        (partly, SavingsStatus::Completed),
        (commission_only, SavingsStatus::PaidOut),
        (unpaid, SavingsStatus::PaidOut),
        (later, SavingsStatus::Active),
    ] {
        assert_eq!(desk.card(card).status, status);
    }
    assert_eq!(desk.card(partly).completion, Some(CompletionReason::Matured));
    assert_eq!(desk.card(partly).balance, naira(1_200), "boxes and credit less the commission");
    assert_eq!(desk.pay(partly, naira(500)), Err(Refusal::NotActive(SavingsStatus::Completed)));
    assert_eq!(desk.file(partly, &IN_CASH, None, CUSTOMER).unwrap().amount, naira(1_200));
}

#[test]
fn a_business_may_wait_some_days() {
    let mut desk = Desk::new();
    desk.policy.maturity_grace_days = 2;
    let card = desk.open(daily(500, 1, date(2024, 12, 15)));
    for _ in 0..2 {
        assert_eq!(desk.mature(), 0);
        desk.pay(card, naira(500)).unwrap();
        desk.today += 1.day();
    }
    assert_eq!((desk.card(card).plan.end(), desk.mature()), (desk.today - 3.days(), 1));
}

//! Reversals: boxes reopen, the cascade through credit, commission, and what is refused.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use ofektom_domain::contribution::{ContributionItem, ContributionKind, ContributionReceipt};
use ofektom_domain::ids::UnitId;
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, FilePayout, PayoutDecision};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsChange, SavingsStatus};
use uuid::Uuid;

use super::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, Desk, IN_CASH, OTHER_COLLECTOR, Person, daily, naira};

fn days(receipt: &ContributionReceipt) -> Vec<i8> {
    receipt.allocated.iter().map(|marking| marking.box_date.day()).collect()
}

const START: Date = date(2025, 1, 1);

#[test]
fn a_reversal_takes_everything_back() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let paid = desk.pay(card, naira(1_200)).unwrap();
    desk.today = date(2025, 1, 20);
    let back = desk.reverse(paid.contribution.id, AGENT).unwrap();
    assert_eq!(days(&back), [1, 2]);
    assert_eq!(back.contribution.kind, ContributionKind::Reversal);
    assert_eq!((back.contribution.amount, back.contribution.commission), (naira(1_200), naira(-500)));
    assert_eq!((back.contribution.collected_on, back.contribution.collected_by), (desk.today, COLLECTOR.id));
    let after = desk.card(card);
    assert_eq!((after.collected, after.credit, after.commission), (Money::ZERO, Money::ZERO, Money::ZERO));
    assert_eq!(after.status, SavingsStatus::Active);
    assert_eq!(desk.books.balance_of(LedgerAccount::Cash(COLLECTOR.id)), 0);
}

#[test]
fn commission_stays_while_another_box_of_the_period_is_paid() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let (first, second) = (desk.pay(card, naira(500)).unwrap(), desk.pay(card, naira(500)).unwrap());
    assert_eq!(desk.reverse(first.contribution.id, AGENT).unwrap().contribution.commission, Money::ZERO);
    assert_eq!(desk.card(card).commission, naira(500));
    assert_eq!(desk.reverse(second.contribution.id, AGENT).unwrap().contribution.commission, naira(-500));
    assert_eq!(desk.card(card).commission, Money::ZERO);
}

#[test]
fn boxes_that_used_its_credit_reopen_newest_first() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let first = desk.pay(card, naira(900)).unwrap();
    let second = desk.pay(card, naira(1_100)).unwrap();
    assert_eq!((days(&second), second.contribution.credit_after), (vec![2, 3, 4], Money::ZERO));

    let back = desk.reverse(first.contribution.id, AGENT).unwrap();
    assert_eq!(days(&back), [1, 4], "its own box, and the one that its 400.00 helped to fill");
    assert_eq!(back.contribution.credit_after, naira(100));
    assert_eq!(desk.card(card).paid_amount().unwrap(), naira(1_000));
    let rest = desk.reverse(second.contribution.id, AGENT).unwrap();
    assert_eq!((days(&rest), rest.contribution.credit_after), (vec![2, 3], Money::ZERO));
}

#[test]
fn the_newest_boxes_are_those_of_the_newest_contribution_whatever_their_day() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let first = desk.pay(card, naira(900)).unwrap();
    for (day, amount) in [(20, 600), (5, 500)] {
        let item = ContributionItem { boxes: vec![date(2025, 1, day)], ..desk.cash(naira(amount)) };
        desk.post(card, &item).unwrap();
    }
    assert_eq!(desk.books.live_of(card).len(), 4, "1, 2, 5 and 20 January");
    assert_eq!(days(&desk.reverse(first.contribution.id, AGENT).unwrap()), [1, 5]);
}

#[test]
fn a_contribution_that_only_left_credit_reopens_what_it_helped_to_fill() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let first = desk.pay(card, naira(400)).unwrap();
    desk.pay(card, naira(400)).unwrap();
    desk.pay(card, naira(700)).unwrap();
    assert_eq!((desk.card(card).paid.count(), desk.card(card).credit), (3, Money::ZERO));
    let back = desk.reverse(first.contribution.id, AGENT).unwrap();
    assert_eq!((days(&back), back.contribution.credit_after), (vec![3], naira(100)));
}

#[test]
fn a_full_card_with_a_reopened_box_is_saved_on() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    desk.pay(card, naira(30 * 500)).unwrap();
    let last = desk.pay(card, naira(500)).unwrap();
    assert_eq!(desk.card(card).status, SavingsStatus::Completed);
    desk.reverse(last.contribution.id, AGENT).unwrap();
    let open = desk.card(card);
    assert_eq!((open.status, open.completion), (SavingsStatus::Active, None));
    assert_eq!(open.next_due_date(), Some(date(2025, 1, 31)));
    desk.pay(card, naira(500)).unwrap();
    assert_eq!(desk.card(card).status, SavingsStatus::Completed);
}

#[test]
fn an_ended_card_stays_ended() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    desk.pay(card, naira(500)).unwrap();
    let second = desk.pay(card, naira(1_000)).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    desk.reverse(second.contribution.id, AGENT).unwrap();
    let card = desk.card(card);
    assert_eq!((card.status, card.balance, card.commission), (SavingsStatus::PaidOut, Money::ZERO, naira(500)));
}

#[test]
fn a_card_that_ended_with_nothing_to_pay_can_still_be_put_right() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let first = desk.pay(card, naira(500)).unwrap();
    let second = desk.pay(card, naira(500)).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    desk.reverse(second.contribution.id, AGENT).unwrap();
    assert_eq!(desk.card(card).status, SavingsStatus::PaidOut, "what is left is commission");
    // Nothing was paid out, so the commission and the cash of the wrong collection can be given back.
    desk.reverse(first.contribution.id, AGENT).unwrap();
    let card = desk.card(card);
    assert_eq!((card.status, card.collected, card.commission), (SavingsStatus::PaidOut, Money::ZERO, Money::ZERO));
}

#[test]
fn nothing_is_reversed_twice() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let paid = desk.pay(card, naira(500)).unwrap();
    let back = desk.reverse(paid.contribution.id, AGENT).unwrap();
    assert_eq!(desk.reverse(paid.contribution.id, AGENT), Err(Refusal::AlreadyReversed));
    assert_eq!(desk.reverse(back.contribution.id, AGENT), Err(Refusal::ReversalNotReversible));
}

#[test]
fn money_that_is_held_or_gone_is_not_taken_back() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let paid = desk.pay(card, naira(1_500)).unwrap().contribution.id;
    desk.change(card, SavingsChange::End).unwrap();
    desk.policy.partial_payout = true;
    let part = FilePayout { amount: Some(naira(400)), ..IN_CASH };
    let request = desk.file(card, &part, None, CUSTOMER).unwrap().id;
    assert_eq!(desk.reverse(paid, AGENT), Err(Refusal::MoneyHeld));
    desk.payout(request, &PayoutDecision::Approve, AGENT).unwrap();
    assert_eq!(desk.reverse(paid, AGENT), Err(Refusal::MoneyHeld));
    let given = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    desk.payout(request, &given, ADMIN).unwrap();
    assert_eq!(desk.reverse(paid, AGENT), Err(Refusal::MoneyPaidOut));
    let rest = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap().id;
    assert_eq!(desk.reverse(paid, AGENT), Err(Refusal::MoneyPaidOut));
    desk.payout(rest, &PayoutDecision::Approve, AGENT).unwrap();
    desk.payout(rest, &given, ADMIN).unwrap();
    assert_eq!(desk.reverse(paid, AGENT), Err(Refusal::MoneyPaidOut));
}

#[test]
fn money_given_back_by_a_rejected_request_can_be_reversed() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let paid = desk.pay(card, naira(1_500)).unwrap().contribution.id;
    desk.change(card, SavingsChange::End).unwrap();
    let request = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap().id;
    desk.payout(request, &PayoutDecision::Reject { reason: "count again".to_owned() }, AGENT).unwrap();
    desk.reverse(paid, AGENT).unwrap();
    assert_eq!(desk.card(card).status, SavingsStatus::PaidOut);
}

#[test]
fn a_sub_agent_reverses_his_own_of_the_same_business_day_only() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let mut paid = || desk.pay(card, naira(500)).unwrap().contribution.id;
    let (own, foreign, late) = (paid(), paid(), paid());
    let yesterday = ContributionItem { collected_on: desk.today - 1.day(), ..desk.cash(naira(500)) };
    let backdated = desk.post(card, &yesterday).unwrap().contribution.id;

    assert!(desk.reverse(own, COLLECTOR).is_ok());
    assert_eq!(desk.reverse(foreign, OTHER_COLLECTOR), Err(Refusal::ReversalNotYours));
    assert_eq!(desk.reverse(backdated, COLLECTOR), Err(Refusal::ReversalNotYours));
    desk.today += 1.day();
    assert_eq!(desk.reverse(late, COLLECTOR), Err(Refusal::ReversalNotYours));
    for who in [AGENT, ADMIN] {
        let any = if who == AGENT { late } else { backdated };
        assert!(desk.reverse(any, who).is_ok(), "{who:?}");
    }
    // The same person in a higher role is not bound by it.
    let promoted = Person { role: Role::Admin, ..COLLECTOR };
    assert!(desk.reverse(foreign, promoted).is_ok());
}

#[test]
fn commission_is_given_back_in_the_unit_that_earned_it() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, START));
    let paid = desk.pay(card, naira(500)).unwrap().contribution;
    let moved = desk.books.cards.get_mut(&card).unwrap();
    moved.unit_id = UnitId::from_uuid(Uuid::from_u128(88));
    let back = desk.reverse(paid.id, AGENT).unwrap().contribution;
    assert_eq!(back.unit_id, paid.unit_id);
    let units: Vec<UnitId> = desk.books.commissions.iter().map(|movement| movement.unit_id).collect();
    assert_eq!(units, [paid.unit_id, paid.unit_id]);
}

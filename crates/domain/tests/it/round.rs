//! Rounds: what a collector should have, what he counts, what he hands in, and what stays locked.

use jiff::ToSpan;
use jiff::civil::date;
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::notification::NotificationKind;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::round::{Round, RoundStatus};
use ofektom_domain::savings::SavingsChange;

use super::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, DECIDERS, Desk, IN_CASH, daily, naira};

/// A business whose collector has a card of 500 a day, from 1 January.
fn desk() -> (Desk, SavingsAccountId) {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 3, date(2025, 1, 1)));
    (desk, card)
}

fn close(desk: &mut Desk) -> Round {
    desk.close_round(COLLECTOR, desk.today, Money::ZERO).unwrap()
}

fn balances(desk: &Desk) -> [i64; 3] {
    let accounts = [LedgerAccount::Cash(COLLECTOR.id), LedgerAccount::Bank, LedgerAccount::CashDifference];
    accounts.map(|account| desk.books.balance_of(account) / 100)
}

#[test]
fn a_day_is_counted_and_handed_in() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(5_000)).unwrap();
    let round = close(&mut desk);
    assert_eq!((round.expected, round.counted, round.movement.collected), (naira(5_000), naira(5_000), naira(5_000)));
    assert_eq!(balances(&desk), [5_000, 0, 0], "counting moves nothing");
    let round = desk.accept_round(round.id, None).unwrap();
    assert_eq!((round.status, round.handed_in), (RoundStatus::Accepted, Some(naira(5_000))));
    assert_eq!(balances(&desk), [0, 5_000, 0]);
}

#[test]
fn what_is_missing_or_left_over_is_booked_as_a_difference() {
    for (over, bank, difference) in [(-200, 4_800, 200), (100, 5_100, -100)] {
        let (mut desk, card) = desk();
        desk.pay(card, naira(5_000)).unwrap();
        let round = desk.close_round(COLLECTOR, desk.today, naira(over)).unwrap();
        assert_eq!(round.difference(), naira(over));
        desk.accept_round(round.id, None).unwrap();
        assert_eq!(balances(&desk), [0, bank, difference]);
    }
}

#[test]
fn what_is_kept_back_goes_on_in_the_next_round() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(5_000)).unwrap();
    let round = close(&mut desk);
    desk.accept_round(round.id, Some(naira(4_000))).unwrap();
    assert_eq!(balances(&desk), [1_000, 4_000, 0]);
    desk.today += 1.day();
    desk.pay(card, naira(500)).unwrap();
    let round = close(&mut desk);
    assert_eq!((round.brought_forward, round.expected), (naira(1_000), naira(1_500)));
    assert_eq!(round.covers_from, Some(desk.today));
}

#[test]
fn money_that_waits_to_be_accepted_is_not_counted_again() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(5_000)).unwrap();
    let first = close(&mut desk);
    desk.today += 1.day();
    desk.pay(card, naira(500)).unwrap();
    let second = close(&mut desk);
    assert_eq!((second.brought_forward, second.expected), (Money::ZERO, naira(500)));
    // Less came than he had counted: it stays with him, and his next round shows it.
    desk.accept_round(first.id, Some(naira(4_900))).unwrap();
    desk.accept_round(second.id, None).unwrap();
    desk.today += 1.day();
    let third = close(&mut desk);
    assert_eq!((third.brought_forward, third.expected), (naira(100), naira(100)));
    assert_eq!(balances(&desk), [100, 5_400, 0]);
}

#[test]
fn a_round_covers_the_days_that_were_not_counted() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(1_000)).unwrap();
    desk.today += 1.day();
    desk.pay(card, naira(2_000)).unwrap();
    let yesterday = desk.close_round(COLLECTOR, desk.today - 1.day(), Money::ZERO).unwrap();
    assert_eq!(yesterday.expected, naira(1_000), "what was collected afterwards is not in it");
    desk.today += 2.days();
    desk.pay(card, naira(500)).unwrap();
    let round = close(&mut desk);
    assert_eq!((round.covers_from, round.expected), (Some(date(2025, 1, 16)), naira(2_500)));
}

#[test]
fn nothing_moves_on_a_closed_day() {
    let (mut desk, card) = desk();
    let paid = desk.pay(card, naira(1_000)).unwrap().contribution.id;
    let today = desk.today;
    let closed = Err(Refusal::RoundClosed { until: today });
    close(&mut desk);
    for days_ago in [0, 1] {
        let item = ContributionItem { collected_on: today - days_ago.days(), ..desk.cash(naira(500)) };
        assert_eq!(desk.post(card, &item).map(drop), closed, "{days_ago} days ago");
    }
    for who in [COLLECTOR, AGENT] {
        assert_eq!(desk.reverse(paid, who).map(drop), closed);
    }
    assert_eq!(desk.close_round(COLLECTOR, today, Money::ZERO).map(drop), closed);
    let of_another = ContributionItem { collected_by: ADMIN.id, ..desk.cash(naira(500)) };
    desk.post(card, &of_another).unwrap();
    desk.today += 1.day();
    desk.pay(card, naira(500)).unwrap();
    assert_eq!(desk.reverse(paid, COLLECTOR).map(drop), Err(Refusal::ReversalNotYours));
    desk.reverse(paid, AGENT).unwrap();
    assert_eq!(close(&mut desk).expected, naira(-500), "it was handed in, so the business owes it");
}

#[test]
fn a_payout_in_cash_comes_from_the_payers_own_cash() {
    let (mut desk, card) = desk();
    let item = ContributionItem { collected_by: AGENT.id, ..desk.cash(naira(2_000)) };
    desk.post(card, &item).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    let request = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap();
    desk.payout(request.id, &PayoutDecision::Approve, ADMIN).unwrap();
    let cash = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    let round = desk.close_round(ADMIN, desk.today, Money::ZERO).unwrap();
    assert_eq!(desk.payout(request.id, &cash, ADMIN).map(drop), Err(Refusal::RoundClosed { until: desk.today }));
    desk.reopen_round(round.id).unwrap();
    desk.payout(request.id, &cash, ADMIN).unwrap();
    // He had none of the business's cash: it owes him 1,500, and he has nothing to hand in.
    let round = desk.close_round(ADMIN, desk.today, Money::ZERO).unwrap();
    assert_eq!((round.expected, round.counted, round.difference()), (naira(-1_500), Money::ZERO, Money::ZERO));
    desk.accept_round(round.id, None).unwrap();
    assert_eq!(desk.books.balance_of(LedgerAccount::Cash(ADMIN.id)), -150_000);
    desk.today += 1.day();
    let next = desk.close_round(ADMIN, desk.today, Money::ZERO).unwrap();
    assert_eq!(next.brought_forward, naira(-1_500));
}

#[test]
fn what_is_handed_in_while_the_business_owes_is_owed_too() {
    let (mut desk, card) = desk();
    let paid = desk.pay(card, naira(1_000)).unwrap().contribution.id;
    let round = close(&mut desk);
    desk.accept_round(round.id, None).unwrap();
    desk.today += 1.day();
    desk.reverse(paid, AGENT).unwrap();
    desk.pay(card, naira(500)).unwrap();
    // He gave the 1,000 back out of his own pocket, and hands in the 500 all the same.
    let round = desk.close_round(COLLECTOR, desk.today, naira(1_000)).unwrap();
    assert_eq!((round.expected, round.counted, round.difference()), (naira(-500), naira(500), Money::ZERO));
    desk.accept_round(round.id, None).unwrap();
    assert_eq!(balances(&desk), [-1_000, 1_500, 0], "nothing was found, and he is owed what he gave");
}

#[test]
fn nobody_but_the_agent_accepts_his_own_round() {
    let (mut desk, card) = desk();
    for (who, refused) in [(ADMIN, Err(Refusal::SamePerson)), (AGENT, Ok(()))] {
        let item = ContributionItem { collected_by: who.id, ..desk.cash(naira(1_000)) };
        desk.post(card, &item).unwrap();
        let round = desk.close_round(who, desk.today, Money::ZERO).unwrap();
        assert_eq!(desk.accept_round_as(who, round.id, None).map(drop), refused);
    }
}

#[test]
fn only_the_latest_round_that_nobody_has_accepted_is_reopened() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(1_000)).unwrap();
    let first = desk.close_round(COLLECTOR, desk.today - 1.day(), Money::ZERO).unwrap();
    let second = close(&mut desk);
    assert_eq!(desk.reopen_round(first.id).map(drop), Err(Refusal::RoundNotLatest));
    assert_eq!(desk.reopen_round(second.id).unwrap().status, RoundStatus::Reopened);
    assert_eq!(desk.reopen_round(second.id).map(drop), Err(Refusal::RoundStatus(RoundStatus::Reopened)));
    desk.pay(card, naira(500)).unwrap();
    let again = close(&mut desk);
    assert_eq!((again.covers_from, again.expected), (Some(desk.today), naira(1_500)));
    desk.accept_round(again.id, None).unwrap();
    assert_eq!(desk.reopen_round(again.id).map(drop), Err(Refusal::RoundStatus(RoundStatus::Accepted)));
    assert_eq!(desk.accept_round(again.id, None).map(drop), Err(Refusal::RoundStatus(RoundStatus::Accepted)));
}

#[test]
fn what_cannot_be_is_named() {
    let (mut desk, _) = desk();
    let field = |refused: Result<Round, Refusal>| match refused {
        Err(Refusal::Invalid(fields)) => (fields[0].field.clone(), fields[0].code),
        other => panic!("{other:?}"),
    };
    let tomorrow = desk.today + 1.day();
    assert_eq!(field(desk.close_round(COLLECTOR, tomorrow, Money::ZERO)), ("date".to_owned(), "in_future"));
    let round = close(&mut desk);
    let more = desk.accept_round(round.id, Some(naira(1)));
    assert_eq!(field(more), ("handed_in".to_owned(), "out_of_range"));
    desk.accept_round(round.id, Some(Money::ZERO)).unwrap();
    assert!(desk.books.entries.is_empty(), "a day without cash books nothing");
}

#[test]
fn the_others_are_told() {
    let (mut desk, card) = desk();
    desk.pay(card, naira(1_000)).unwrap();
    let told = |desk: &Desk| {
        let last = desk.books.notifications.values().map(|notification| notification.subject_id).max();
        let about = desk.books.notifications.values().filter(|notification| Some(notification.subject_id) == last);
        about.map(|notification| (notification.user_id, notification.facts.kind())).collect::<Vec<_>>()
    };
    let round = close(&mut desk);
    assert_eq!(told(&desk), DECIDERS.map(|user| (user, NotificationKind::RoundClosed)));
    desk.accept_round(round.id, None).unwrap();
    assert_eq!(told(&desk)[2..], [(COLLECTOR.id, NotificationKind::RoundAccepted)]);
}

//! Rounds: counted, accepted, given back, read; and what moves in a collector's cash beside them.

use jiff::ToSpan as _;
use jiff::civil::Date;
use ofektom_domain::business::{MemberChange, MembershipStatus};
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::RoundId;
use ofektom_domain::money::Money;
use ofektom_domain::page::PageRequest;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    BusinessStore, CashDay, CloseRoundIn, DecideRound, RoundDecision, RoundFilter, RoundStore, StoreError, StoreResult,
};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::round::{CloseRound, Round, RoundAcceptance, RoundStatus};
use ofektom_domain::savings::SavingsChange;
use ofektom_persistence::{Businesses, Rounds};
use ofektom_testkit::{TestDb, on_both_engines};
use tokio::task::JoinSet;

use crate::desk::{Desk, Person, TODAY, daily, fresh, keyed, naira, refusal};
use crate::fixture::World;

on_both_engines!(
    a_round_is_counted_and_accepted,
    a_closed_day_is_closed_for_all_that_moves_cash,
    a_round_is_given_back,
    who_was_stopped_meanwhile_moves_no_cash,
    one_key_closes_one_round,
    cash_is_in_the_round_or_finds_it_closed,
    a_day_is_closed_once,
    rounds_are_listed,
    the_cash_of_a_day_is_told,
);

pub fn rounds(desk: &Desk) -> Rounds {
    Rounds::new(desk.db.clone())
}

fn closing(desk: &Desk, who: Person, date: Date, counted: Money) -> CloseRoundIn {
    let close = CloseRound { date, counted, note: Some("two torn notes".to_owned()) };
    CloseRoundIn { business_id: desk.business.id, close, context: desk.context(who) }
}

pub async fn close(desk: &Desk, who: Person, counted: Money) -> StoreResult<Answer<Round>> {
    rounds(desk).round_close(closing(desk, who, TODAY, counted), desk.once()).await
}

async fn decide(desk: &Desk, round: RoundId, decision: RoundDecision) -> StoreResult<Answer<Round>> {
    let context = desk.context(desk.agent);
    let command = DecideRound { business_id: desk.business.id, round_id: round, decision, context };
    rounds(desk).round_decide(command, desk.once()).await
}

pub async fn accept(desk: &Desk, round: RoundId, handed_in: Option<Money>) -> StoreResult<Answer<Round>> {
    decide(desk, round, RoundDecision::Accept(RoundAcceptance { handed_in })).await
}

async fn reopen(desk: &Desk, round: RoundId) -> StoreResult<Answer<Round>> {
    decide(desk, round, RoundDecision::Reopen { reason: "counted wrongly".to_owned() }).await
}

async fn cash_of(desk: &Desk, who: Person, day: Date) -> CashDay {
    let mut days = rounds(desk).cash_day(desk.business.id, Some(who.id), day).await.unwrap();
    assert_eq!(days.len(), 1);
    days.remove(0)
}

async fn a_round_is_counted_and_accepted(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(5_000)).await;
    let closed = fresh(close(&desk, desk.collector, naira(4_900)).await);
    assert_eq!((closed.expected, closed.difference(), closed.covers_from), (naira(5_000), naira(-100), None));
    let stored = rounds(&desk).round_by_id(&desk.scope(), closed.id).await.unwrap().unwrap();
    assert_eq!((&stored.round, stored.collector_name.as_str()), (&closed, "Chidi Obi"));
    let accepted = fresh(accept(&desk, closed.id, Some(naira(4_000))).await);
    let stored = rounds(&desk).round_by_id(&desk.scope(), closed.id).await.unwrap().unwrap();
    assert_eq!(stored.round, accepted);
    assert_eq!(cash_of(&desk, desk.collector, TODAY).await.outstanding, naira(900));
    assert_eq!(refusal(accept(&desk, closed.id, None).await), Refusal::RoundStatus(RoundStatus::Accepted));
    desk.books_are_right().await;
}

async fn a_closed_day_is_closed_for_all_that_moves_cash(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    let paid = desk.pay(card.id, naira(1_000)).await.contribution.id;
    let ended = desk.open_card(daily(500, 3)).await;
    desk.pay(ended.id, naira(2_000)).await;
    desk.change(ended.id, SavingsChange::End).await.unwrap();
    let request = fresh(desk.file(ended.id).await).id;
    fresh(desk.decide(request, PayoutDecision::Approve, desk.agent).await);
    fresh(close(&desk, desk.collector, naira(3_000)).await);
    fresh(close(&desk, desk.agent, Money::ZERO).await);
    let closed = Refusal::RoundClosed { until: TODAY };
    assert_eq!(refusal(desk.post(card.id, desk.cash(naira(500))).await), closed);
    let earlier = ContributionItem { collected_on: TODAY - 1.day(), ..desk.cash(naira(500)) };
    assert_eq!(refusal(desk.post(card.id, earlier).await), closed);
    let items = vec![desk.bulk_item(ofektom_domain::ports::CardRef::Id(card.id), naira(500))];
    assert_eq!(desk.bulk(items, false).await.results[0].as_ref().unwrap_err(), &Some(closed.clone()));
    assert_eq!(refusal(desk.reverse(paid, desk.agent).await), closed);
    let in_cash = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    assert_eq!(refusal(desk.decide(request, in_cash.clone(), desk.agent).await), closed);
    // The admin's day is open.
    let of_another = ContributionItem { collected_by: desk.admin.id, ..desk.cash(naira(500)) };
    fresh(desk.post(card.id, of_another).await);
    fresh(desk.decide(request, in_cash, desk.admin).await);
    assert_eq!(cash_of(&desk, desk.admin, TODAY).await.outstanding, naira(500 - 1_500));
    desk.books_are_right().await;
}

async fn a_round_is_given_back(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(1_000)).await;
    let yesterday = closing(&desk, desk.collector, TODAY - 1.day(), Money::ZERO);
    let first = fresh(rounds(&desk).round_close(yesterday, desk.once()).await);
    let second = fresh(close(&desk, desk.collector, naira(1_000)).await);
    assert_eq!((second.covers_from, second.expected), (Some(TODAY), naira(1_000)));
    assert_eq!(refusal(reopen(&desk, first.id).await), Refusal::RoundNotLatest);
    assert_eq!(fresh(reopen(&desk, second.id).await).status, RoundStatus::Reopened);
    assert_eq!(cash_of(&desk, desk.collector, TODAY).await.round, None);
    desk.pay(card.id, naira(500)).await;
    let again = fresh(close(&desk, desk.collector, naira(1_500)).await);
    assert_eq!((again.covers_from, again.expected), (Some(TODAY), naira(1_500)));
    fresh(accept(&desk, again.id, None).await);
    assert_eq!(refusal(reopen(&desk, again.id).await), Refusal::RoundStatus(RoundStatus::Accepted));
    desk.books_are_right().await;
}

/// Whoever was let in to collect, or to pay, may have been suspended before it is written.
async fn who_was_stopped_meanwhile_moves_no_cash(test: TestDb) {
    let desk = Desk::open(&test).await;
    let businesses = Businesses::new(desk.db.clone());
    let card = desk.open_card(daily(500, 3)).await;
    let paid = desk.pay(card.id, naira(500)).await.contribution.id;
    let ended = desk.open_card(daily(500, 3)).await;
    desk.pay(ended.id, naira(2_000)).await;
    desk.change(ended.id, SavingsChange::End).await.unwrap();
    let request = fresh(desk.file(ended.id).await).id;
    fresh(desk.decide(request, PayoutDecision::Approve, desk.agent).await);
    for person in [desk.collector, desk.admin] {
        let change = MemberChange { status: Some(MembershipStatus::Suspended), ..MemberChange::default() };
        let context = desk.context(desk.agent);
        businesses.membership_update(desk.business.id, person.id, change, &context).await.unwrap();
    }
    assert_eq!(refusal(desk.post(card.id, desk.cash(naira(500))).await), Refusal::Forbidden);
    let in_cash = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    assert_eq!(refusal(desk.decide(request, in_cash.clone(), desk.admin).await), Refusal::Forbidden);
    // What he collected can still be taken back, and somebody else pays.
    fresh(desk.reverse(paid, desk.agent).await);
    fresh(desk.decide(request, in_cash, desk.agent).await);
    let customer = MemberChange { role: Some(Role::Customer), ..MemberChange::default() };
    let context = desk.context(desk.agent);
    let made = businesses.membership_update(desk.business.id, desk.collector.id, customer, &context).await;
    assert_eq!(refusal(made), Refusal::CashInHand { balance: naira(2_000) });
    desk.books_are_right().await;
}

async fn one_key_closes_one_round(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(1_000)).await;
    let mut closings = JoinSet::new();
    for at in 0..16 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        closings.spawn(async move {
            let command = closing(&desk, desk.collector, TODAY, naira(1_000));
            rounds(&desk).round_close(command, keyed(desk.collector, "one", 1)).await.unwrap()
        });
    }
    let answers = closings.join_all().await;
    let fresh_ones = answers.iter().filter(|answer| matches!(answer, Answer::Fresh { .. })).count();
    assert_eq!(fresh_ones, 1);
    let found =
        rounds(&desk).rounds_list(&desk.scope(), &RoundFilter::default(), PageRequest::default()).await.unwrap();
    assert_eq!(found.items.len(), 1);
}

/// Contributions and a closing at once, from two processes: what was accepted before is in the round, the rest is refused.
async fn cash_is_in_the_round_or_finds_it_closed(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let mut cards = Vec::new();
    for _ in 0..8 {
        cards.push(desk.open_card(daily(500, 3)).await.id);
    }
    let mut posts = JoinSet::new();
    for at in 0..96 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        let card = cards[at % cards.len()];
        posts.spawn(async move { desk.post(card, desk.cash(naira(500))).await });
    }
    let closing = {
        let desk = desk.clone();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            fresh(close(&desk, desk.collector, Money::ZERO).await)
        })
    };
    let mut accepted = 0;
    while let Some(outcome) = posts.join_next().await {
        match outcome.unwrap() {
            Ok(_) => accepted += 1,
            Err(StoreError::Refused(Refusal::RoundClosed { until })) => assert_eq!(until, TODAY),
            Err(error) => panic!("{error:?}"),
        }
    }
    let round = closing.await.unwrap();
    assert_eq!(round.expected, naira(500 * accepted), "all that was accepted is in the round");
    assert_eq!(cash_of(&desk, desk.collector, TODAY).await.outstanding, round.expected);
    desk.books_are_right().await;
}

async fn a_day_is_closed_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let mut closings = JoinSet::new();
    for at in 0..16 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        closings.spawn(async move { close(&desk, desk.collector, Money::ZERO).await });
    }
    let outcomes = closings.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    // And accepted once, or given back, never both.
    let page = PageRequest::default();
    let found = rounds(&desk).rounds_list(&desk.scope(), &RoundFilter::default(), page).await.unwrap();
    let id = found.items[0].round.id;
    let mut decisions = JoinSet::new();
    for at in 0..16 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        decisions
            .spawn(async move { if at % 4 < 2 { accept(&desk, id, None).await } else { reopen(&desk, id).await } });
    }
    let outcomes = decisions.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    desk.books_are_right().await;
}

async fn rounds_are_listed(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let mine = fresh(close(&desk, desk.collector, Money::ZERO).await).id;
    let admins = fresh(close(&desk, desk.admin, Money::ZERO).await).id;
    fresh(accept(&desk, admins, None).await);
    let theirs = fresh(close(&other, other.collector, Money::ZERO).await).id;
    let list = async |desk: &Desk, filter: RoundFilter| {
        let page = PageRequest { total: true, ..PageRequest::default() };
        let found = rounds(desk).rounds_list(&desk.scope(), &filter, page).await.unwrap();
        assert_eq!(found.total, Some(i64::try_from(found.items.len()).unwrap()));
        found.items.iter().map(|named| named.round.id).collect::<Vec<_>>()
    };
    let all = RoundFilter::default;
    assert_eq!(list(&desk, all()).await, [admins, mine]);
    assert_eq!(list(&other, all()).await, [theirs]);
    assert_eq!(list(&desk, RoundFilter { collector: Some(desk.admin.id), ..all() }).await, [admins]);
    assert_eq!(list(&desk, RoundFilter { status: Some(RoundStatus::Closed), ..all() }).await, [mine]);
    assert_eq!(list(&desk, RoundFilter { business_id: Some(other.business.id), ..all() }).await, []);
    assert_eq!(list(&desk, RoundFilter { from: Some(TODAY), to: Some(TODAY), ..all() }).await, [admins, mine]);
    assert_eq!(list(&desk, RoundFilter { from: Some(TODAY + 1.day()), ..all() }).await, []);
    assert_eq!(list(&desk, RoundFilter { search: Some("chid".parse().unwrap()), ..all() }).await, [admins, mine]);
    assert_eq!(list(&desk, RoundFilter { search: Some("ngozi".parse().unwrap()), ..all() }).await, []);
    let own = rounds(&desk).rounds_list(&desk.own_scope(desk.collector), &all(), PageRequest::default()).await.unwrap();
    assert_eq!(own.items.iter().map(|named| named.round.id).collect::<Vec<_>>(), [mine]);
    for (scope, id) in [(other.scope(), mine), (desk.own_scope(desk.collector), admins)] {
        assert_eq!(rounds(&desk).round_by_id(&scope, id).await.unwrap(), None);
    }
    let foreign = decide(&other, mine, RoundDecision::Accept(RoundAcceptance::default())).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)), "{foreign:?}");
    let context = other.context(other.collector);
    let command = CloseRoundIn { context, ..closing(&desk, desk.collector, TODAY, Money::ZERO) };
    let stranger = rounds(&desk).round_close(command, desk.once()).await;
    assert!(matches!(stranger, Err(StoreError::NotFound)), "{stranger:?}");
}

async fn the_cash_of_a_day_is_told(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    let earlier = ContributionItem { collected_on: TODAY - 2.days(), ..desk.cash(naira(1_000)) };
    fresh(desk.post(card.id, earlier).await);
    let taken_back = desk.pay(card.id, naira(500)).await.contribution.id;
    fresh(desk.reverse(taken_back, desk.agent).await);
    let open = cash_of(&desk, desk.collector, TODAY - 1.day()).await;
    assert_eq!((open.round, open.purse.expected().unwrap(), open.outstanding), (None, naira(1_000), naira(1_000)));
    let command = closing(&desk, desk.collector, TODAY - 1.day(), naira(900));
    let round = fresh(rounds(&desk).round_close(command, desk.once()).await);
    desk.pay(card.id, naira(2_000)).await;
    for day in [TODAY - 9.days(), TODAY - 1.day()] {
        let covered = cash_of(&desk, desk.collector, day).await;
        assert_eq!(
            (covered.round.as_ref(), covered.waiting, covered.outstanding),
            (Some(&round), naira(1_000), naira(3_000))
        );
    }
    let today = cash_of(&desk, desk.collector, TODAY).await;
    assert_eq!(
        (today.round, today.purse.brought_forward, today.purse.movement.collected),
        (None, Money::ZERO, naira(2_500))
    );
    assert_eq!((today.purse.movement.reversed, today.purse.expected().unwrap()), (naira(500), naira(2_000)));
    fresh(accept(&desk, round.id, Some(naira(600))).await);
    let today = cash_of(&desk, desk.collector, TODAY).await;
    assert_eq!(
        (today.purse.brought_forward, today.waiting, today.outstanding),
        (naira(300), Money::ZERO, naira(2_300))
    );
    let all = rounds(&desk).cash_day(desk.business.id, None, TODAY).await.unwrap();
    let told: Vec<_> = all.iter().map(|day| (day.collector, day.outstanding.kobo())).collect();
    assert_eq!(told.len(), 3, "the customer collects nothing: {told:?}");
    assert!(told.contains(&(desk.agent.id, 0)) && told.contains(&(desk.collector.id, 230_000)));
}

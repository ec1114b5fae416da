//! Cards: opening, changing, reading.

use jiff::civil::date;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::page::PageRequest;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::{ChangeSavings, Conflict, ReadScope, SavingsFilter, SavingsStore, StoreError};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{PlanRequest, SavingsAccount, SavingsChange, SavingsEdit, SavingsStatus};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, daily, naira, refusal};
use crate::fixture::World;

on_both_engines!(
    an_opened_card_reads_as_it_was_written,
    a_tracking_number_is_unique_in_the_business,
    changes_are_decided_and_stored,
    other_terms_are_stored_whole,
    lists_are_filtered_and_paged,
    nobody_reads_beyond_his_scope,
    cards_are_read_together_by_their_keys,
    markings_are_the_paid_boxes,
);

fn target() -> PlanRequest {
    PlanRequest::Target { target_amount: naira(1_000), start_date: date(2025, 3, 1), end_date: date(2025, 3, 7) }
}

async fn an_opened_card_reads_as_it_was_written(test: TestDb) {
    let desk = Desk::open(&test).await;
    for plan in [daily(500, 3), target()] {
        let card = desk.open_card(plan).await;
        assert_eq!(desk.card(card.id).await, card);
        let found = desk.savings.savings_by_tracking(&desk.scope(), card.tracking_number).await.unwrap();
        assert_eq!(found, Some(card));
    }
    let unknown = SavingsAccountId::from_uuid(uuid::Uuid::from_u128(1));
    assert_eq!(desk.savings.savings_by_id(&desk.scope(), unknown).await.unwrap(), None);
}

async fn a_tracking_number_is_unique_in_the_business(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = desk.open_card(daily(500, 1)).await;
    let id = |desk: &Desk| SavingsAccountId::from_uuid(uuid::Uuid::from_u128(u128::from(desk.serial())));
    let again = SavingsAccount { id: id(&desk), ..card.clone() };
    let outcome = desk.savings.savings_open(again, Default::default()).await;
    assert!(matches!(outcome, Err(StoreError::Conflict(Conflict::TrackingNumber))), "{outcome:?}");
    let theirs = SavingsAccount { tracking_number: card.tracking_number, ..other.open_card(daily(500, 1)).await };
    let theirs = SavingsAccount { id: id(&desk), ..theirs };
    other.savings.savings_open(theirs, Default::default()).await.unwrap();
}

async fn changes_are_decided_and_stored(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(target()).await;
    desk.pay(card.id, naira(300)).await;
    let longer = desk.change(card.id, SavingsChange::Extend { months: 1 }).await.unwrap();
    assert_eq!(longer.plan.end(), date(2025, 4, 7));
    assert_eq!(desk.card(card.id).await, longer);
    assert_eq!(refusal(desk.change(card.id, SavingsChange::Cancel).await), Refusal::HasPayments);
    let ended = desk.change(card.id, SavingsChange::End).await.unwrap();
    assert_eq!((ended.status, ended.version), (SavingsStatus::Completed, 4));
    assert_eq!(desk.card(card.id).await, ended);
    assert_eq!(refusal(desk.change(card.id, SavingsChange::End).await), Refusal::NotActive(SavingsStatus::Completed));
    let unknown = SavingsAccountId::from_uuid(uuid::Uuid::from_u128(1));
    assert!(matches!(desk.change(unknown, SavingsChange::End).await, Err(StoreError::NotFound)));
    desk.books_are_right().await;
}

async fn other_terms_are_stored_whole(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let none = SavingsEdit::default();
    // Each keeps the days in order on its way: the first after the old last, the last before the old first.
    let later = SavingsEdit {
        kind: Some(PlanKind::Target),
        start_date: Some(date(2025, 6, 1)),
        target_amount: Some(naira(700)),
        end_date: Some(date(2025, 6, 7)),
        ..none
    };
    let earlier = SavingsEdit {
        kind: Some(PlanKind::Daily),
        start_date: Some(date(2025, 3, 1)),
        box_amount: Some(naira(5)),
        months: Some(1),
        ..none
    };
    for edit in [later, earlier] {
        let changed = desk.change(card.id, SavingsChange::Edit(edit)).await.unwrap();
        assert_eq!(desk.card(card.id).await, changed);
    }
    let context = desk.context(desk.agent);
    let change = SavingsChange::Edit(none);
    let command = ChangeSavings {
        business_id: desk.business.id,
        savings_account_id: card.id,
        change,
        if_version: Some(2),
        context,
    };
    let stale = desk.savings.savings_change(command.clone()).await;
    assert!(matches!(stale, Err(StoreError::Conflict(Conflict::Version))), "{stale:?}");
    let fresh = ChangeSavings { if_version: Some(3), ..command };
    assert_eq!(desk.savings.savings_change(fresh).await.unwrap().version, 4);
}

async fn lists_are_filtered_and_paged(test: TestDb) {
    let desk = Desk::open(&test).await;
    let mut cards = Vec::new();
    for at in 0..5 {
        cards.push(desk.open_card(if at % 2 == 0 { daily(500, 1) } else { target() }).await);
    }
    let ended = desk.change(cards[0].id, SavingsChange::Cancel).await.unwrap();
    let list =
        async |filter: SavingsFilter, page| desk.savings.savings_list(&desk.scope(), &filter, page).await.unwrap();

    let first = list(SavingsFilter::default(), PageRequest { limit: 3, ..PageRequest::default() }).await;
    let second =
        list(SavingsFilter::default(), PageRequest { limit: 3, after: first.next, ..PageRequest::default() }).await;
    let ids: Vec<_> = first.items.iter().chain(&second.items).map(|card| card.id).collect();
    let newest_first: Vec<_> = cards.iter().rev().map(|card| card.id).collect();
    assert_eq!((ids, second.next), (newest_first, None));

    let page = PageRequest::default();
    let kind = SavingsFilter { kind: Some(PlanKind::Target), ..SavingsFilter::default() };
    assert_eq!(list(kind, page).await.items.len(), 2);
    let cancelled = SavingsFilter { status: Some(SavingsStatus::Cancelled), ..SavingsFilter::default() };
    assert_eq!(list(cancelled, page).await.items, [ended]);
    for (filter, count) in [
        (SavingsFilter { business_id: Some(desk.business.id), ..SavingsFilter::default() }, 5),
        (SavingsFilter { customer_id: Some(desk.customer.id), ..SavingsFilter::default() }, 5),
        (SavingsFilter { customer_id: Some(desk.agent.id), ..SavingsFilter::default() }, 0),
        (SavingsFilter { unit_id: Some(desk.business.default_unit_id), ..SavingsFilter::default() }, 5),
    ] {
        assert_eq!(list(filter.clone(), page).await.items.len(), count, "{filter:?}");
    }
}

async fn nobody_reads_beyond_his_scope(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = desk.open_card(daily(500, 1)).await;
    other.open_card(daily(500, 1)).await;
    let both = ReadScope { businesses: vec![desk.business.id, other.business.id], ..desk.scope() };
    let mixed = ReadScope { businesses: vec![other.business.id], ..desk.own_scope(desk.customer) };
    let stranger_mixed = ReadScope { own: other.customer.id, ..mixed.clone() };
    let all = ReadScope { businesses: Vec::new(), own_in: Vec::new(), own: desk.agent.id, all: true };
    let none = ReadScope { all: false, ..all.clone() };
    for (scope, sees, count) in [
        (desk.scope(), true, 1),
        (other.scope(), false, 1),
        (desk.own_scope(desk.customer), true, 1),
        (desk.own_scope(desk.collector), false, 0),
        (both, true, 2),
        (mixed, true, 2),
        (stranger_mixed, false, 1),
        (all, true, 2),
        (none, false, 0),
    ] {
        let found = desk.savings.savings_by_id(&scope, card.id).await.unwrap();
        assert_eq!(found.is_some(), sees, "{scope:?}");
        let found = desk.savings.savings_by_tracking(&scope, card.tracking_number).await.unwrap();
        assert_eq!(found.is_some(), sees, "{scope:?}");
        let page = desk.savings.savings_list(&scope, &SavingsFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(page.items.len(), count, "{scope:?}");
        let named = SavingsFilter { business_id: Some(desk.business.id), ..SavingsFilter::default() };
        let page = desk.savings.savings_list(&scope, &named, PageRequest::default()).await.unwrap();
        assert_eq!(page.items.len(), usize::from(sees), "{scope:?}");
    }
    let context = other.context(other.agent);
    let (business_id, change) = (other.business.id, SavingsChange::End);
    let foreign = ChangeSavings { business_id, savings_account_id: card.id, change, if_version: None, context };
    assert!(matches!(other.savings.savings_change(foreign).await, Err(StoreError::NotFound)));
}

async fn cards_are_read_together_by_their_keys(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let mut cards = Vec::new();
    for _ in 0..3 {
        cards.push(desk.open_card(daily(500, 1)).await);
    }
    cards.push(other.open_card(target()).await);
    let unknown = SavingsAccountId::from_uuid(uuid::Uuid::from_u128(1));
    let (ours, theirs) = (desk.business.id, other.business.id);
    let mut keys: Vec<_> = cards.iter().map(|card| (card.business_id, card.id)).collect();
    // None of these exists: a card is one of its business only.
    keys.extend([(ours, unknown), (theirs, cards[0].id), (ours, cards[3].id)]);
    let mut found = desk.savings.savings_by_keys(keys).await.unwrap();
    found.sort_unstable_by_key(|card| cards.iter().position(|opened| opened.id == card.id));
    assert_eq!(found, cards);
    assert_eq!(desk.savings.savings_by_keys(Vec::new()).await.unwrap(), []);
}

async fn markings_are_the_paid_boxes(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let receipt = desk.pay(card.id, naira(1_200)).await;
    let live = desk.savings.markings_of(desk.business.id, card.id).await.unwrap();
    assert_eq!(live, receipt.allocated);
    assert_eq!(live.len(), 2);
    let foreign = desk.savings.markings_of(World::open(&test).await.id(), card.id).await.unwrap();
    assert_eq!(foreign, []);
}

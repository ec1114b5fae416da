//! Contributions in bulk: each item on its own, or all or nothing.

use ofektom_domain::contribution::ContributionReceipt;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::ports::{CardRef, ContributionStore};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::tracking_number::TrackingNumber;
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::desk::{Desk, daily, fresh, keyed, naira};
use crate::fixture::World;

on_both_engines!(
    items_are_accepted_or_refused_in_order,
    items_see_those_before_them,
    all_or_nothing_is_nothing_when_one_is_refused,
    a_bulk_is_replayed_whole,
    five_hundred_items_over_many_cards,
    a_foreign_card_does_not_exist,
    several_bulks_are_one_batch_in_their_order,
);

fn codes(results: &[Result<ContributionReceipt, Option<Refusal>>]) -> Vec<&'static str> {
    let code = |result: &Result<ContributionReceipt, Option<Refusal>>| match result {
        Ok(_) => "posted",
        Err(Some(refusal)) => refusal.code(),
        Err(None) => "not_found",
    };
    results.iter().map(code).collect()
}

async fn items_are_accepted_or_refused_in_order(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (first, second) = (desk.open_card(daily(500, 1)).await, desk.open_card(daily(200, 1)).await);
    let unknown = SavingsAccountId::from_uuid(Uuid::from_u128(1));
    let items = vec![
        desk.bulk_item(CardRef::Id(first.id), naira(500)),
        desk.bulk_item(CardRef::Id(unknown), naira(500)),
        Err(Refusal::field("items[2].amount", "invalid", "must be an amount")),
        desk.bulk_item(CardRef::Tracking(second.tracking_number), naira(400)),
        desk.bulk_item(CardRef::Id(second.id), naira(1_000_000)),
        desk.bulk_item(CardRef::Tracking(TrackingNumber::from_random(4_711)), naira(400)),
        desk.bulk_item(CardRef::Id(first.id), naira(500)),
    ];
    let outcome = desk.bulk(items, false).await;
    assert!(outcome.written);
    let expected = ["posted", "not_found", "validation_failed", "posted", "boxes_exhausted", "not_found", "posted"];
    assert_eq!(codes(&outcome.results), expected);
    assert_eq!(desk.card(first.id).await.paid.count(), 2);
    assert_eq!(desk.card(second.id).await.paid.count(), 2);
    let ids: Vec<_> = outcome.results.iter().flatten().map(|receipt| receipt.contribution.id).collect();
    assert!(ids.is_sorted(), "later items have later ids");
    desk.books_are_right().await;
}

async fn items_see_those_before_them(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(1_000, 1)).await;
    let item = |amount| desk.bulk_item(CardRef::Id(card.id), naira(amount));
    let outcome = desk.bulk(vec![item(15_500), item(15_500), item(1_000)], false).await;
    assert_eq!(codes(&outcome.results), ["posted", "posted", "not_active"]);
    let full = desk.card(card.id).await;
    assert_eq!((full.paid.count(), full.version, full.collected), (31, 3, naira(31_000)));
    desk.books_are_right().await;
}

async fn all_or_nothing_is_nothing_when_one_is_refused(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let item = |amount| desk.bulk_item(CardRef::Id(card.id), naira(amount));
    let outcome = desk.bulk(vec![item(500), item(0), item(500)], true).await;
    assert!(!outcome.written);
    assert_eq!(codes(&outcome.results), ["posted", "validation_failed", "posted"]);
    assert_eq!(desk.card(card.id).await, card);

    // Nothing was stored, so the key serves the corrected request.
    let post = async |items| {
        let command = desk.bulk_command(items, true);
        fresh(desk.contributions.contributions_post_bulk(command, keyed(desk.collector, "round", 1)).await)
    };
    assert!(!post(vec![item(0)]).await.written);
    assert!(post(vec![item(500), item(500)]).await.written);
    assert_eq!(desk.card(card.id).await.collected, naira(1_000));
    desk.books_are_right().await;
}

async fn a_bulk_is_replayed_whole(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let post = async || {
        let items =
            vec![desk.bulk_item(CardRef::Id(card.id), naira(500)), desk.bulk_item(CardRef::Id(card.id), naira(0))];
        let command = desk.bulk_command(items, false);
        desk.contributions.contributions_post_bulk(command, keyed(desk.collector, "round", 1)).await.unwrap()
    };
    let (first, second) = (post().await, post().await);
    assert!(matches!(second, Answer::Replayed(_)));
    assert_eq!(first.stored(), second.stored());
    assert_eq!(desk.card(card.id).await.collected, naira(500));
}

async fn five_hundred_items_over_many_cards(test: TestDb) {
    let desk = Desk::open(&test).await;
    let mut cards = Vec::new();
    for _ in 0..50 {
        cards.push(desk.open_card(daily(500, 1)).await);
    }
    let item = |at: usize| {
        let card = &cards[at % cards.len()];
        let card = if at.is_multiple_of(2) { CardRef::Id(card.id) } else { CardRef::Tracking(card.tracking_number) };
        desk.bulk_item(card, naira(500))
    };
    let outcome = desk.bulk((0..500).map(item).collect(), true).await;
    assert!(outcome.written && outcome.results.len() == 500);
    for card in &cards {
        assert_eq!(desk.card(card.id).await.paid.count(), 10);
    }
    desk.books_are_right().await;
}

async fn a_foreign_card_does_not_exist(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = desk.open_card(daily(500, 1)).await;
    let items = vec![
        other.bulk_item(CardRef::Id(card.id), naira(500)),
        other.bulk_item(CardRef::Tracking(card.tracking_number), naira(500)),
    ];
    assert_eq!(codes(&other.bulk(items, false).await.results), ["not_found", "not_found"]);
    assert_eq!(desk.card(card.id).await, card);
}

async fn several_bulks_are_one_batch_in_their_order(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let bulk = |amount| desk.bulk_command(vec![desk.bulk_item(CardRef::Id(card.id), naira(amount))], true);
    let first = (bulk(500), keyed(desk.collector, "first", 1));
    let refused = (bulk(0), keyed(desk.collector, "refused", 1));
    let last = (bulk(1_000), keyed(desk.collector, "last", 1));
    let batches = desk.contributions.writer_stats().batches;
    let outcomes = desk.contributions.contributions_post_bulks(vec![first, refused, last]).await.unwrap();
    assert_eq!(desk.contributions.writer_stats().batches, batches + 1);
    let outcomes: Vec<_> = outcomes.into_iter().map(|answer| fresh(Ok(answer))).collect();
    assert_eq!(outcomes.iter().map(|outcome| outcome.written).collect::<Vec<_>>(), [true, false, true]);
    let posted = outcomes.iter().flat_map(|outcome| outcome.results.iter().flatten());
    assert_eq!(posted.map(|receipt| receipt.contribution.boxes).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(desk.card(card.id).await.collected, naira(1_500));
    let again = vec![(bulk(500), keyed(desk.collector, "first", 1)), (bulk(500), keyed(desk.collector, "new", 1))];
    let again = desk.contributions.contributions_post_bulks(again).await.unwrap();
    assert!(matches!(again.as_slice(), [Answer::Replayed(_), Answer::Fresh { .. }]));
    assert!(desk.contributions.contributions_post_bulks(Vec::new()).await.unwrap().is_empty());
    assert_eq!(desk.card(card.id).await.collected, naira(2_000));
    desk.books_are_right().await;
}

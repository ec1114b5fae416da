//! The group commit itself: gathering, overload, closing, and a batch with a job that breaks it.

use std::time::Duration;

use jiff::SignedDuration;
use ofektom_domain::contribution::ContributionReceipt;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ports::{CardRef, ContributionStore, StoreError, StoreResult};
use ofektom_testkit::{Engine, Network, Proxy, TestDb, on_both_engines, run_on};
use tokio::task::JoinHandle;

use crate::desk::{Desk, daily, fresh, keyed, naira};
use crate::raw::Raw;

on_both_engines!(
    what_gathers_is_committed_together,
    a_batch_costs_one_statement_a_table,
    a_full_queue_refuses_at_once,
    a_closed_writer_finishes_and_refuses,
    a_job_that_breaks_the_batch_fails_alone,
    one_key_twice_in_a_batch_has_one_effect,
    old_answers_are_deleted_in_passing,
);

type Posting = JoinHandle<StoreResult<Answer<ContributionReceipt>>>;

/// Queues a post; when this returns it is in the queue.
async fn queued(desk: &Desk, card: &ofektom_domain::savings::SavingsAccount, key: &str, hash: u8) -> Posting {
    let before = desk.contributions.writer_stats();
    let command = desk.post_command(card.id, desk.cash(naira(500)));
    let (contributions, idempotency) = (desk.contributions.clone(), keyed(desk.collector, key, hash));
    let posting = tokio::spawn(async move { contributions.contribution_post(command, idempotency).await });
    while desk.contributions.writer_stats().queue_depth == before.queue_depth {
        tokio::task::yield_now().await;
    }
    posting
}

async fn what_gathers_is_committed_together(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(1_000);
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    raw.lock_everything().await;
    let mut postings = Vec::new();
    for at in 0..20 {
        postings.push(queued(&desk, &card, &format!("key-{at}"), 1).await);
    }
    assert_eq!(desk.contributions.writer_stats().queue_depth, 20);
    raw.unlock().await;
    for posting in postings {
        fresh(posting.await.unwrap());
    }
    let stats = desk.contributions.writer_stats();
    assert_eq!((stats.batches <= 3, stats.items, stats.queue_depth), (true, 20, 0), "{stats:?}");
    assert!(stats.largest_batch >= 10, "{stats:?}");
    desk.books_are_right().await;
}

/// On PostgreSQL, where a statement is a round trip. The numbers: begin, two look-ups, a statement for each of eight
/// tables and for the answers, commit; up to ten more for the clean-ups that follow the first batch.
async fn a_batch_costs_one_statement_a_table(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(1_000);
    let card = desk.open_card(daily(500, 12)).await;
    let sent = || desk.db.pool_status().statements_total;
    let mut counts = Vec::new();
    for items in [1, 300] {
        let before = sent();
        desk.bulk((0..items).map(|_| desk.bulk_item(CardRef::Id(card.id), naira(500))).collect(), true).await;
        counts.push(sent() - before);
    }
    match desk.db.engine() {
        Engine::Postgres => assert!(counts.iter().all(|count| (11..=24).contains(count)), "{counts:?}"),
        Engine::Sqlite => assert!(counts[1] > 1_500, "{counts:?}"),
    }
    desk.books_are_right().await;
}

async fn a_full_queue_refuses_at_once(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(500);
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    raw.lock_everything().await;
    let items = (0..499).map(|_| desk.bulk_item(CardRef::Id(card.id), naira(0))).collect();
    let bulk = desk.bulk_command(items, false);
    let (contributions, idempotency) = (desk.contributions.clone(), desk.once());
    let bulk = tokio::spawn(async move { contributions.contributions_post_bulk(bulk, idempotency).await });
    while desk.contributions.writer_stats().queue_depth < 499 {
        tokio::task::yield_now().await;
    }
    let last = queued(&desk, &card, "last", 1).await;
    assert!(matches!(desk.post(card.id, desk.cash(naira(500))).await, Err(StoreError::Overloaded)));
    assert_eq!(desk.contributions.writer_stats().overloaded, 1);
    raw.unlock().await;
    assert_eq!(fresh(bulk.await.unwrap()).results.len(), 499);
    fresh(last.await.unwrap());
    fresh(desk.post(card.id, desk.cash(naira(500))).await);
}

async fn a_closed_writer_finishes_and_refuses(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(500);
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    raw.lock_everything().await;
    let (first, second) = (queued(&desk, &card, "first", 1).await, queued(&desk, &card, "second", 1).await);
    let closing = tokio::spawn({
        let contributions = desk.contributions.clone();
        async move { contributions.close().await }
    });
    raw.unlock().await;
    closing.await.unwrap();
    fresh(first.await.unwrap());
    fresh(second.await.unwrap());
    assert!(matches!(desk.post(card.id, desk.cash(naira(500))).await, Err(StoreError::Unavailable(_))));
    assert_eq!(desk.card(card.id).await.collected, naira(1_000));
}

async fn a_job_that_breaks_the_batch_fails_alone(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(500);
    let (good, bad) = (desk.open_card(daily(500, 1)).await, desk.open_card(daily(500, 1)).await);
    let raw = Raw::open(&test).await;
    // A marking that the card does not know of: the unique index will refuse the card's own.
    raw.insert_marking(&bad).await;
    raw.lock_everything().await;
    // The first keeps the writer busy, so that the others gather behind it.
    let first = queued(&desk, &good, "first", 1).await;
    let (broken, second) = (queued(&desk, &bad, "broken", 1).await, queued(&desk, &good, "second", 1).await);
    raw.unlock().await;
    fresh(first.await.unwrap());
    assert!(matches!(broken.await.unwrap(), Err(StoreError::Internal(_))));
    fresh(second.await.unwrap());
    assert_eq!(desk.card(good.id).await.collected, naira(1_000));
    assert_eq!(desk.card(bad.id).await, bad);
    assert_eq!(desk.contributions.writer_stats().retried_singly, 1);
}

#[test]
fn a_batch_that_finds_no_database_is_not_tried_job_by_job() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let proxy = Proxy::start(&test.url).await;
        let behind = test.shared(&proxy.url_of(&test.url));
        let desk = Desk::open(&behind).await.with_one_writer(500);
        let card = desk.open_card(daily(500, 1)).await;
        proxy.set(Network::Frozen);
        // The first keeps the writer waiting, so that the others gather behind it.
        let mut postings = Vec::new();
        for key in ["first", "second", "third", "fourth"] {
            postings.push(queued(&desk, &card, key, 1).await);
        }
        for posting in postings {
            assert!(matches!(posting.await.unwrap(), Err(StoreError::Unavailable(_))));
        }
        let stats = desk.contributions.writer_stats();
        assert_eq!((stats.batches, stats.largest_batch, stats.retried_singly), (2, 3, 0), "{stats:?}");
        proxy.set(Network::Up);
        assert_eq!(desk.card(card.id).await, card);
        fresh(desk.post(card.id, desk.cash(naira(500))).await);
        desk.books_are_right().await;
    });
}

async fn one_key_twice_in_a_batch_has_one_effect(test: TestDb) {
    let desk = Desk::open(&test).await.with_one_writer(500);
    let (card, other) = (desk.open_card(daily(500, 1)).await, desk.open_card(daily(500, 1)).await);
    let raw = Raw::open(&test).await;
    raw.lock_everything().await;
    let busy = queued(&desk, &card, "busy", 1).await;
    let first = queued(&desk, &card, "same", 1).await;
    let second = queued(&desk, &other, "same", 1).await;
    let third = queued(&desk, &other, "same", 2).await;
    raw.unlock().await;
    fresh(busy.await.unwrap());
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert!(matches!((&first, &second), (Answer::Fresh { .. }, Answer::Replayed(_))));
    assert_eq!(first.stored(), second.stored());
    assert!(matches!(third.await.unwrap(), Err(StoreError::IdempotencyReused)));
    assert_eq!(desk.card(other.id).await, other);
    desk.books_are_right().await;
}

async fn old_answers_are_deleted_in_passing(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    let post = async |hours| {
        let mut command = desk.post_command(card.id, desk.cash(naira(500)));
        command.context.now += SignedDuration::from_hours(hours);
        fresh(desk.contributions.contribution_post(command, desk.once()).await)
    };
    post(0).await;
    post(1).await;
    assert_eq!(raw.count("idempotency_keys").await, 2);
    post(200).await;
    // The clean-up follows the batch on its own; each count is a round trip to the database.
    let cleaned = async { while raw.count("idempotency_keys").await != 1 {} };
    tokio::time::timeout(Duration::from_secs(20), cleaned).await.unwrap();
    assert_eq!(desk.card(card.id).await.collected, naira(1_500));
}

//! Contributions that race: in one process, and in two.

use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::idempotency::{Answer, StoredAnswer};
use ofektom_domain::ports::{ContributionStore, StoreError};
use ofektom_domain::refusal::Refusal;
use ofektom_testkit::{TestDb, on_both_engines};
use tokio::task::JoinSet;

use crate::desk::{Desk, TODAY, daily, fresh, keyed, naira};

on_both_engines!(
    one_box_is_paid_once,
    one_key_has_one_effect,
    one_key_in_two_processes_has_one_effect,
    distinct_cards_all_go_through,
    a_caller_who_goes_away_harms_nothing,
    a_contribution_is_reversed_once,
);

async fn one_box_is_paid_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let mut posts = JoinSet::new();
    for at in 0..64 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        let item = ContributionItem { boxes: vec![TODAY], ..desk.cash(naira(500)) };
        posts.spawn(async move { desk.post(card.id, item).await });
    }
    let outcomes = posts.join_all().await;
    let refused =
        |outcome: &&Result<_, StoreError>| matches!(outcome, Err(StoreError::Refused(Refusal::BoxAlreadyPaid(TODAY))));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(refused).count(), 63);
    assert_eq!(desk.card(card.id).await.collected, naira(500));
    desk.books_are_right().await;
}

/// The answers of many requests with one key, spread over desks and cards.
async fn same_key_answers(
    desks: &[Desk],
    cards: &[ofektom_domain::savings::SavingsAccount],
) -> Vec<(bool, StoredAnswer)> {
    let mut posts = JoinSet::new();
    for at in 0..64 {
        let (desk, card) = (desks[at % desks.len()].clone(), cards[at % cards.len()].id);
        posts.spawn(async move {
            let command = desk.post_command(card, desk.cash(naira(500)));
            match desk.contributions.contribution_post(command, keyed(desk.collector, "one", 1)).await.unwrap() {
                Answer::Fresh { stored, .. } => (true, stored),
                Answer::Replayed(stored) => (false, stored),
            }
        });
    }
    posts.join_all().await
}

fn one_is_fresh_and_all_are_equal(answers: &[(bool, StoredAnswer)]) {
    assert_eq!(answers.iter().filter(|(fresh, _)| *fresh).count(), 1);
    assert!(answers.iter().all(|(_, stored)| *stored == answers[0].1));
}

async fn one_key_has_one_effect(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let answers = same_key_answers(std::slice::from_ref(&desk), std::slice::from_ref(&card)).await;
    one_is_fresh_and_all_are_equal(&answers);
    assert_eq!(desk.card(card.id).await.collected, naira(500));
    desk.books_are_right().await;
}

/// With several cards no row lock makes the requests take turns: only the stored key does.
async fn one_key_in_two_processes_has_one_effect(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let cards =
        [desk.open_card(daily(500, 1)).await, desk.open_card(daily(500, 1)).await, desk.open_card(daily(500, 1)).await];
    let answers = same_key_answers(&[desk.clone(), elsewhere], &cards).await;
    one_is_fresh_and_all_are_equal(&answers);
    let mut collected = 0;
    for card in &cards {
        collected += desk.card(card.id).await.collected.kobo();
    }
    assert_eq!(collected, naira(500).kobo());
    desk.books_are_right().await;
}

async fn distinct_cards_all_go_through(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let mut posts = JoinSet::new();
    for at in 0..24 {
        let card = desk.open_card(daily(500, 1)).await.id;
        for _ in 0..4 {
            let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
            posts.spawn(async move { fresh(desk.post(card, desk.cash(naira(500))).await) });
        }
    }
    assert_eq!(posts.join_all().await.len(), 96);
    let stats = desk.contributions.writer_stats();
    assert_eq!((stats.items, stats.queue_depth), (48, 0));
    assert!(stats.batches <= 48 && stats.largest_batch >= 1, "{stats:?}");
    desk.books_are_right().await;
}

async fn a_caller_who_goes_away_harms_nothing(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    for at in 0..20 {
        let command = desk.post_command(card.id, desk.cash(naira(500)));
        let post = desk.contributions.contribution_post(command, keyed(desk.collector, &format!("gone-{at}"), 1));
        // Polled once, which queues the job, and dropped.
        tokio::select! {
            biased;
            _ = post => {}
            () = std::future::ready(()) => {}
        }
    }
    // All were queued before this one, and each had its effect.
    let replayed = desk
        .contributions
        .contribution_post(desk.post_command(card.id, desk.cash(naira(500))), keyed(desk.collector, "gone-19", 1));
    assert!(matches!(replayed.await, Ok(Answer::Replayed(_))));
    desk.contributions.close().await;
    assert_eq!(desk.card(card.id).await.collected, naira(10_000));
    desk.books_are_right().await;
}

async fn a_contribution_is_reversed_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let id = desk.pay(card.id, naira(700)).await.contribution.id;
    let mut reversals = JoinSet::new();
    for _ in 0..16 {
        let desk = desk.clone();
        reversals.spawn(async move { desk.reverse(id, desk.agent).await });
    }
    let outcomes = reversals.join_all().await;
    let refused =
        |outcome: &&Result<_, StoreError>| matches!(outcome, Err(StoreError::Refused(Refusal::AlreadyReversed)));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(refused).count(), 15);
    assert_eq!(desk.card(card.id).await.collected, naira(0));
    desk.books_are_right().await;
}

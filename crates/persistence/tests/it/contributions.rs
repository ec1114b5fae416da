//! Contributions one by one: posting, replaying, reversing, reading.

use jiff::civil::date;
use ofektom_domain::contribution::{ContributionItem, ContributionStatus};
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::{ContributionId, SavingsAccountId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::{ContributionFilter, ContributionStore, PostContribution, SavingsStore, StoreError};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsStatus;
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::desk::{Desk, TODAY, daily, fresh, keyed, naira, refusal};
use crate::fixture::World;

on_both_engines!(
    a_contribution_is_written_whole,
    refusals_store_nothing,
    a_repeated_key_replays_and_another_request_is_told,
    a_key_is_forgotten_after_three_days,
    a_reversal_reopens_the_boxes,
    a_foreign_business_has_no_such_card,
    lists_are_filtered_paged_and_scoped,
    a_full_card_completes,
);

async fn a_contribution_is_written_whole(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    let item = ContributionItem { note: Some("market day".to_owned()), ..desk.cash(naira(1_300)) };
    let receipt = fresh(desk.post(card.id, item).await);
    let after = desk.card(card.id).await;
    assert_eq!((after.collected, after.credit, after.commission), (naira(1_300), naira(300), naira(500)));
    assert_eq!((after.balance, after.paid.count(), after.version), (naira(800), 2, 2));
    let stored = desk.contributions.contribution_by_id(&desk.scope(), receipt.contribution.id).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&receipt.contribution));
    let markings = desk.contributions.contribution_markings(desk.business.id, receipt.contribution.id).await.unwrap();
    assert_eq!(markings, receipt.allocated);
    desk.books_are_right().await;
}

async fn refusals_store_nothing(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let paid = desk.pay(card.id, naira(500)).await.allocated[0].box_date;
    let before = desk.card(card.id).await;
    let cash = |naira_amount| desk.cash(naira(naira_amount));
    for (item, code) in [
        (ContributionItem { boxes: vec![paid], ..cash(500) }, "box_already_paid"),
        (ContributionItem { boxes: vec![date(2026, 1, 1)], ..cash(500) }, "box_not_on_card"),
        (ContributionItem { boxes: vec![date(2025, 3, 9)], ..cash(100) }, "boxes_not_covered"),
        (ContributionItem { collected_on: date(2025, 3, 16), ..cash(500) }, "collected_in_future"),
        (ContributionItem { collected_on: date(2025, 3, 1), ..cash(500) }, "collected_too_long_ago"),
        (cash(1_000_000), "boxes_exhausted"),
        (cash(0), "validation_failed"),
    ] {
        // The key is free again: a refusal is not an effect.
        for _ in 0..2 {
            let key = keyed(desk.collector, code, 1);
            let answer = desk.contributions.contribution_post(desk.post_command(card.id, item.clone()), key).await;
            assert_eq!(refusal(answer).code(), code);
        }
    }
    assert_eq!(desk.card(card.id).await, before);
    let unknown = SavingsAccountId::from_uuid(Uuid::from_u128(1));
    assert!(matches!(desk.post(unknown, cash(500)).await, Err(StoreError::NotFound)));
    let retried = desk
        .contributions
        .contribution_post(desk.post_command(card.id, cash(500)), keyed(desk.collector, "box_already_paid", 1));
    fresh(retried.await);
    desk.books_are_right().await;
}

async fn a_repeated_key_replays_and_another_request_is_told(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let post = async |hash, caller| {
        let command = desk.post_command(card.id, desk.cash(naira(500)));
        desk.contributions.contribution_post(command, keyed(caller, "again", hash)).await
    };
    let Ok(Answer::Fresh { stored, .. }) = post(1, desk.collector).await else { panic!("must be carried out") };
    let Ok(Answer::Replayed(replayed)) = post(1, desk.collector).await else { panic!("must be replayed") };
    assert_eq!(replayed, stored);
    assert!(matches!(post(2, desk.collector).await, Err(StoreError::IdempotencyReused)));
    // Another caller's key of the same text is another key.
    fresh(post(2, desk.agent).await);
    assert_eq!(desk.card(card.id).await.collected, naira(1_000));

    // The key holds for whatever else the caller does with it.
    let id = desk.pay(card.id, naira(500)).await.contribution.id;
    let reverse = ofektom_domain::ports::ReverseContribution {
        business_id: desk.business.id,
        contribution_id: id,
        request: ofektom_domain::contribution::ReversalRequest { reason: "wrong".to_owned() },
        context: desk.context(desk.agent),
    };
    let reused = desk.contributions.contribution_reverse(reverse, keyed(desk.collector, "again", 3)).await;
    assert!(matches!(reused, Err(StoreError::IdempotencyReused)));
}

async fn a_key_is_forgotten_after_three_days(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let post = async |hours: i64| {
        let mut command = desk.post_command(card.id, desk.cash(naira(500)));
        command.context.now += jiff::SignedDuration::from_hours(hours);
        desk.contributions.contribution_post(command, keyed(desk.collector, "again", 1)).await
    };
    fresh(post(0).await);
    assert!(matches!(post(71).await, Ok(Answer::Replayed(_))));
    fresh(post(73).await);
    assert!(matches!(post(74).await, Ok(Answer::Replayed(_))));
    assert_eq!(desk.card(card.id).await.collected, naira(1_000));
}

async fn a_reversal_reopens_the_boxes(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let first = desk.pay(card.id, naira(1_200)).await;
    let second = desk.pay(card.id, naira(1_000)).await;
    let reversal = fresh(desk.reverse(first.contribution.id, desk.agent).await);
    let after = desk.card(card.id).await;
    assert_eq!((after.collected, after.paid.count()), (naira(1_000), 2));

    let original = desk.contributions.contribution_by_id(&desk.scope(), first.contribution.id).await.unwrap().unwrap();
    assert_eq!(original.reversed_by, Some(reversal.contribution.id));
    let of_reversal = desk.contributions.contribution_markings(desk.business.id, reversal.contribution.id).await;
    assert_eq!(of_reversal.unwrap(), reversal.allocated);
    let of_original = desk.contributions.contribution_markings(desk.business.id, first.contribution.id).await;
    assert_eq!(of_original.unwrap(), first.allocated, "reopened markings are still told of");
    let live = desk.savings.markings_of(desk.business.id, card.id).await.unwrap();
    assert_eq!(live.len(), 2);
    assert!(live.iter().all(|marking| marking.contribution_id == second.contribution.id));

    assert_eq!(refusal(desk.reverse(first.contribution.id, desk.agent).await), Refusal::AlreadyReversed);
    let again = desk.reverse(reversal.contribution.id, desk.agent).await;
    assert_eq!(refusal(again), Refusal::ReversalNotReversible);
    let unknown = ContributionId::from_uuid(Uuid::from_u128(1));
    assert!(matches!(desk.reverse(unknown, desk.agent).await, Err(StoreError::NotFound)));

    // The reopened boxes can be paid again.
    desk.pay(card.id, naira(1_000)).await;
    desk.books_are_right().await;
}

async fn a_foreign_business_has_no_such_card(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = desk.open_card(daily(500, 1)).await;
    let id = desk.pay(card.id, naira(500)).await.contribution.id;
    let foreign =
        PostContribution { business_id: other.business.id, ..desk.post_command(card.id, desk.cash(naira(500))) };
    let outcome = other.contributions.contribution_post(foreign, other.once()).await;
    assert!(matches!(outcome, Err(StoreError::NotFound)));
    assert!(matches!(other.reverse(id, other.agent).await, Err(StoreError::NotFound)));
    assert_eq!(other.contributions.contribution_by_id(&other.scope(), id).await.unwrap(), None);
    assert_eq!(other.contributions.contribution_markings(other.business.id, id).await.unwrap(), []);
    assert_eq!(desk.card(card.id).await.collected, naira(500));
}

async fn lists_are_filtered_paged_and_scoped(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let (card, second) = (desk.open_card(daily(500, 3)).await, desk.open_card(daily(500, 3)).await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(desk.pay(card.id, naira(500)).await.contribution.id);
    }
    let yesterday = ContributionItem { collected_on: date(2025, 3, 14), ..desk.cash(naira(500)) };
    ids.push(fresh(desk.post(second.id, yesterday).await).contribution.id);
    ids.push(fresh(desk.reverse(ids[0], desk.agent).await).contribution.id);
    let list = async |scope, filter: ContributionFilter, page| {
        let found = desk.contributions.contributions_list(&scope, &filter, page).await.unwrap();
        (found.items.iter().map(|it| it.id).collect::<Vec<_>>(), found.next)
    };
    let (mut seen, next) =
        list(desk.scope(), ContributionFilter::default(), PageRequest { limit: 3, ..PageRequest::default() }).await;
    let (rest, end) = list(
        desk.scope(),
        ContributionFilter::default(),
        PageRequest { limit: 3, after: next, ..PageRequest::default() },
    )
    .await;
    seen.extend(rest);
    let newest_first: Vec<_> = ids.iter().rev().copied().collect();
    assert_eq!((seen, end), (newest_first, None));

    let all = ContributionFilter::default;
    for (filter, count) in [
        (ContributionFilter { business_id: Some(desk.business.id), ..all() }, 5),
        (ContributionFilter { savings_account_id: Some(second.id), ..all() }, 1),
        (ContributionFilter { collected_by: Some(desk.collector.id), ..all() }, 5),
        (ContributionFilter { collected_by: Some(desk.agent.id), ..all() }, 0),
        (ContributionFilter { from: Some(TODAY), ..all() }, 4),
        (ContributionFilter { to: Some(date(2025, 3, 14)), ..all() }, 1),
        (ContributionFilter { status: Some(ContributionStatus::Reversed), ..all() }, 1),
        (ContributionFilter { status: Some(ContributionStatus::Posted), ..all() }, 3),
        (ContributionFilter { status: Some(ContributionStatus::Reversal), ..all() }, 1),
        (ContributionFilter { method: Some(ofektom_domain::contribution::ContributionMethod::Card), ..all() }, 0),
    ] {
        let (found, _) = list(desk.scope(), filter.clone(), PageRequest::default()).await;
        assert_eq!(found.len(), count, "{filter:?}");
    }
    let page = PageRequest::default();
    assert_eq!(list(other.scope(), all(), page).await.0, []);
    assert_eq!(list(desk.own_scope(desk.customer), all(), page).await.0.len(), 5);
    assert_eq!(list(desk.own_scope(other.customer), all(), page).await.0, []);
}

async fn a_full_card_completes(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(1_000, 1)).await;
    desk.pay(card.id, naira(31_000)).await;
    let full = desk.card(card.id).await;
    assert_eq!((full.status, full.balance), (SavingsStatus::Completed, naira(30_000)));
    assert_eq!(full.next_due_date(), None);
    let late = desk.post(card.id, desk.cash(naira(1_000))).await;
    assert_eq!(refusal(late), Refusal::NotActive(SavingsStatus::Completed));
    desk.books_are_right().await;
}

//! What people are told: with its cause or not at all, once, and only what they want.

use std::collections::BTreeMap;

use ofektom_domain::ids::{NotificationId, UserId};
use ofektom_domain::notification::{MutedKinds, Notification, NotificationKind, PreferenceChange};
use ofektom_domain::page::PageRequest;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::ports::{CardRef, ContributionStore, NotificationFilter, NotificationStore, StoreError};
use ofektom_domain::savings::SavingsChange;
use ofektom_persistence::Notifications;
use ofektom_testkit::{Engine, TestDb, on_both_engines};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::desk::{Desk, Person, daily, fresh, keyed, naira, refusal};
use crate::fixture::World;
use crate::raw::Raw;

on_both_engines!(
    every_cause_tells,
    a_cause_that_is_refused_tells_nobody,
    a_cause_that_is_undone_tells_nobody,
    a_replay_tells_nobody_again,
    what_is_turned_off_is_not_told,
    a_list_is_ones_own_filtered_and_paged,
    marking_reads_once,
    marking_all_races_with_what_arrives,
);

use NotificationKind::{
    ContributionPosted, ContributionReversed, PayoutApproved, PayoutCancelled, PayoutFailed, PayoutFiled, PayoutPaid,
    PayoutRejected, SavingsCompleted,
};

fn of(desk: &Desk) -> Notifications {
    Notifications::new(desk.db.clone())
}

const fn page(limit: u32) -> PageRequest {
    PageRequest { limit, after: None, total: false }
}

async fn list(desk: &Desk, user: UserId) -> Vec<Notification> {
    of(desk).notifications_list(user, &NotificationFilter::default(), page(100)).await.unwrap().items
}

/// The kinds that a person was told, oldest first.
async fn told(desk: &Desk, person: Person) -> Vec<NotificationKind> {
    list(desk, person.id).await.iter().rev().map(|one| one.facts.kind()).collect()
}

async fn every_cause_tells(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let paid = desk.pay(card.id, naira(1_000)).await;
    let items = vec![
        desk.bulk_item(CardRef::Id(card.id), naira(500)),
        desk.bulk_item(CardRef::Tracking(card.tracking_number), naira(700)),
    ];
    desk.bulk(items, false).await;
    let reversal = fresh(desk.reverse(paid.contribution.id, desk.agent).await);
    desk.change(card.id, SavingsChange::End).await.unwrap();
    let causes = [ContributionPosted, ContributionPosted, ContributionPosted, ContributionReversed, SavingsCompleted];
    assert_eq!(told(&desk, desk.customer).await, causes);
    let all = list(&desk, desk.customer.id).await;
    let reversed = all.iter().find(|one| one.facts.kind() == ContributionReversed).unwrap();
    assert_eq!(reversed.subject_id, reversal.contribution.id.uuid());
    assert!(all.iter().all(|one| one.business_id == Some(desk.business.id) && one.read_at.is_none()));

    let failed = PayoutDecision::Fail { reason: "the till was empty".to_owned(), is_final: false };
    let in_cash = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    let withdrawn = fresh(desk.file(card.id).await);
    fresh(desk.decide(withdrawn.id, PayoutDecision::Cancel, desk.customer).await);
    let refused = fresh(desk.file(card.id).await);
    fresh(desk.decide(refused.id, PayoutDecision::Reject { reason: "not now".to_owned() }, desk.agent).await);
    let filed = fresh(desk.file(card.id).await);
    for decision in [PayoutDecision::Approve, failed, PayoutDecision::Approve, in_cash] {
        fresh(desk.decide(filed.id, decision, desk.agent).await);
    }
    let of_payouts = [PayoutRejected, PayoutApproved, PayoutFailed, PayoutApproved, PayoutPaid];
    assert_eq!(told(&desk, desk.customer).await[5..], of_payouts);
    for decider in [desk.agent, desk.admin] {
        assert_eq!(told(&desk, decider).await, [PayoutFiled, PayoutCancelled, PayoutFiled, PayoutFiled]);
    }
    assert_eq!(told(&desk, desk.collector).await, [], "he decides nothing");
    desk.books_are_right().await;
}

async fn a_cause_that_is_refused_tells_nobody(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    assert_eq!(refusal(desk.post(card.id, desk.cash(naira(500 * 32))).await).code(), "boxes_exhausted");
    let too_much =
        vec![desk.bulk_item(CardRef::Id(card.id), naira(500)), desk.bulk_item(CardRef::Id(card.id), naira(500 * 32))];
    desk.bulk(too_much.clone(), true).await;
    assert_eq!(told(&desk, desk.customer).await, []);
    desk.bulk(too_much, false).await;
    assert_eq!(told(&desk, desk.customer).await, [ContributionPosted], "of the one that was accepted");
}

/// The answer is stored after the notifications: when that fails, they are gone with the contribution.
async fn a_cause_that_is_undone_tells_nobody(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    raw.execute(match test.engine {
        Engine::Postgres => "ALTER TABLE idempotency_keys ADD CONSTRAINT never CHECK (answer_status < 0)",
        Engine::Sqlite => {
            "CREATE TRIGGER never BEFORE INSERT ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'never'); END"
        }
    })
    .await;
    assert!(desk.post(card.id, desk.cash(naira(500))).await.is_err());
    assert_eq!((raw.count("contributions").await, raw.count("notifications").await), (0, 0));
}

async fn a_replay_tells_nobody_again(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    for _ in 0..3 {
        let command = desk.post_command(card.id, desk.cash(naira(500)));
        desk.contributions.contribution_post(command, keyed(desk.collector, "once", 1)).await.unwrap();
    }
    assert_eq!(told(&desk, desk.customer).await, [ContributionPosted]);
    desk.change(card.id, SavingsChange::End).await.unwrap();
    assert_eq!(told(&desk, desk.customer).await.len(), 2);
}

async fn what_is_turned_off_is_not_told(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (store, raw) = (of(&desk), Raw::open(&test).await);
    let set = async |kind, enabled| {
        let context = desk.context(desk.customer);
        store.notification_preferences_update(vec![PreferenceChange { kind, enabled }], context).await
    };
    let card = desk.open_card(daily(500, 1)).await;
    desk.pay(card.id, naira(500)).await;
    let rows = raw.count("audit_rows").await;
    assert_eq!(set(ContributionPosted, false).await.unwrap(), MutedKinds::from([ContributionPosted]));
    assert_eq!(set(ContributionPosted, false).await.unwrap(), MutedKinds::from([ContributionPosted]));
    assert_eq!(raw.count("audit_rows").await, rows + 1, "a row for a change, none for none");
    assert_eq!(refusal(set(ContributionReversed, false).await).code(), "validation_failed");
    assert_eq!(store.notification_mutes(desk.customer.id).await.unwrap(), MutedKinds::from([ContributionPosted]));
    assert_eq!(store.notification_mutes(desk.agent.id).await.unwrap(), MutedKinds::new());

    let muted = desk.pay(card.id, naira(500)).await;
    desk.bulk(vec![desk.bulk_item(CardRef::Id(card.id), naira(500))], false).await;
    fresh(desk.reverse(muted.contribution.id, desk.agent).await);
    assert_eq!(told(&desk, desk.customer).await, [ContributionPosted, ContributionReversed], "what was told stays");
    assert_eq!(set(ContributionPosted, true).await.unwrap(), MutedKinds::new());
    desk.pay(card.id, naira(500)).await;
    assert_eq!(told(&desk, desk.customer).await, [ContributionPosted, ContributionReversed, ContributionPosted]);
}

async fn a_list_is_ones_own_filtered_and_paged(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    for desk in [&desk, &other] {
        let card = desk.open_card(daily(500, 1)).await;
        for _ in 0..5 {
            desk.pay(card.id, naira(500)).await;
        }
        desk.change(card.id, SavingsChange::End).await.unwrap();
    }
    let store = of(&desk);
    let all = list(&desk, desk.customer.id).await;
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|one| one.user_id == desk.customer.id));
    assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");

    let mut paged = Vec::new();
    let mut next = page(4);
    loop {
        let found = store.notifications_list(desk.customer.id, &NotificationFilter::default(), next).await.unwrap();
        paged.extend(found.items);
        let Some(after) = found.next else { break };
        next = PageRequest { after: Some(after), ..next };
    }
    assert_eq!(paged, all);

    let filtered = async |read, kind| {
        let filter = NotificationFilter { read, kind };
        store.notifications_list(desk.customer.id, &filter, page(100)).await.unwrap().items.len()
    };
    assert_eq!(filtered(None, Some(SavingsCompleted)).await, 1);
    assert_eq!(filtered(Some(true), None).await, 0);
    store.notification_read(desk.customer.id, all[2].id, desk.context(desk.customer).now).await.unwrap();
    assert_eq!((filtered(Some(true), None).await, filtered(Some(false), None).await), (1, 5));
    assert_eq!(filtered(Some(true), Some(SavingsCompleted)).await, 0);
    assert_eq!(store.notifications_unread_count(desk.customer.id).await.unwrap(), 5);
    assert_eq!(store.notifications_unread_count(other.customer.id).await.unwrap(), 6);
}

pub async fn marking_reads_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let store = of(&desk);
    let card = desk.open_card(daily(500, 1)).await;
    for _ in 0..4 {
        desk.pay(card.id, naira(500)).await;
    }
    let me = desk.customer.id;
    let all = list(&desk, me).await;
    let (first, again) = (desk.context(desk.customer).now, desk.context(desk.customer).now);
    let read = store.notification_read(me, all[3].id, first).await.unwrap();
    assert_eq!((read.id, read.read_at), (all[3].id, Some(first)));
    assert_eq!(store.notification_read(me, all[3].id, again).await.unwrap().read_at, Some(first));
    let foreign = store.notification_read(desk.agent.id, all[0].id, first).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
    let unknown = NotificationId::from_uuid(Uuid::from_u128(1));
    assert!(matches!(store.notification_read(me, unknown, first).await, Err(StoreError::NotFound)));

    assert_eq!(refusal(store.notifications_read_all(me, Some(unknown), again).await).code(), "validation_failed");
    assert_eq!(store.notifications_read_all(desk.agent.id, None, again).await.unwrap(), 0);
    assert_eq!(store.notifications_read_all(me, Some(all[2].id), again).await.unwrap(), 1);
    assert_eq!(store.notifications_unread_count(me).await.unwrap(), 2);
    assert_eq!(store.notifications_read_all(me, None, again).await.unwrap(), 2);
    assert_eq!(store.notifications_read_all(me, None, again).await.unwrap(), 0);
    let read_at: Vec<_> = list(&desk, me).await.iter().map(|one| one.read_at).collect();
    assert_eq!(read_at, [Some(again), Some(again), Some(again), Some(first)]);
}

/// Each notification is counted as unread or as marked by exactly one, however many mark while more arrive.
async fn marking_all_races_with_what_arrives(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 12)).await;
    let mut work = JoinSet::new();
    for at in 0..96 {
        let desk = desk.clone();
        work.spawn(async move {
            if at % 3 == 0 {
                let now = desk.context(desk.customer).now;
                return of(&desk).notifications_read_all(desk.customer.id, None, now).await.unwrap();
            }
            desk.pay(card.id, naira(500)).await;
            0
        });
    }
    let marked: u64 = work.join_all().await.into_iter().sum();
    let unread = of(&desk).notifications_unread_count(desk.customer.id).await.unwrap();
    assert_eq!(marked + unread, 64);
    let all = list(&desk, desk.customer.id).await;
    let by_state = all.iter().fold(BTreeMap::<bool, u64>::new(), |mut counts, one| {
        *counts.entry(one.read_at.is_some()).or_default() += 1;
        counts
    });
    assert_eq!(by_state.get(&true).copied().unwrap_or(0), marked);
    let now = desk.context(desk.customer).now;
    assert_eq!(of(&desk).notifications_read_all(desk.customer.id, None, now).await.unwrap(), unread);
}

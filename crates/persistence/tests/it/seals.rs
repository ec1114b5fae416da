//! Sealing the trail: each row once, whoever seals, in whatever order rows commit.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::{AuditId, BusinessId, IdFactory, UserId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::{AuditFilter, AuditSpan, AuditStore, ChainSealed, SealChain, SealStore, VerifyTrail};
use ofektom_domain::seal::{PLATFORM_CHAIN, SealKey};
use ofektom_persistence::AuditTrail;
use ofektom_testkit::{TestDb, on_both_engines};
use tokio::task::JoinSet;

use crate::desk::{Desk, daily, naira};
use crate::fixture::{World, context, later, start};
use crate::raw::Raw;
use crate::seal_key::{TestKey, seal_all, seals, step, verified};

on_both_engines!(
    every_row_is_sealed_once,
    rows_that_commit_late_are_sealed_too,
    a_round_that_lasts_for_hours_calls_no_honest_row_late,
    draining_goes_on_where_it_was,
    a_long_trail_is_gone_through_in_pieces,
    a_transaction_that_is_open_meanwhile_loses_nothing,
    servers_at_once_seal_each_row_once,
    chains_with_something_to_seal_are_found,
    a_chain_goes_on_under_an_accepted_key,
    a_chain_is_taken_over_under_the_next_key,
    the_trail_of_a_business_is_read,
);

/// A row of the trail that was made at `at`; `number` makes it another one.
fn row(actor: UserId, business: Option<BusinessId>, at: Timestamp, number: u32) -> AuditRow {
    let mut ids = IdFactory::new(at, u128::from(number) << 64);
    AuditRow::new(&mut ids, &context(actor, at), business, "test.change", (AuditEntity::User, actor.uuid()))
}

fn nobody() -> UserId {
    UserId::from_uuid(uuid::Uuid::from_u128(9))
}

async fn trail(test: &TestDb) -> (World, AuditTrail) {
    let world = World::open(test).await;
    let trail = AuditTrail::new(world.db.clone());
    (world, trail)
}

async fn every_row_is_sealed_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    for _ in 0..12 {
        desk.pay(card.id, naira(500)).await;
    }
    let raw = Raw::open(&test).await;
    let seals = seals(&test, 1).await;
    let of_business = raw.count(&format!("audit_rows WHERE business_id = {}", raw.id(desk.business.id))).await;
    assert_eq!(step(&seals, desk.business.id, later(60), false).await, ChainSealed::Sealed { rows: 10, more: true });
    assert_eq!(i64::from(seal_all(&seals, desk.business.id, later(60)).await) + 10, of_business);
    assert_eq!(seal_all(&seals, desk.business.id, later(60)).await, 0);
    assert_eq!(
        verified(&seals).await.waiting,
        raw.count("audit_rows").await.unsigned_abs() - of_business.unsigned_abs()
    );
    seal_all(&seals, PLATFORM_CHAIN, later(60)).await;
    let report = verified(&seals).await;
    assert_eq!((report.differences, report.late, report.waiting, report.chains), (vec![], vec![], 0, 2));
    assert_eq!(report.seals, raw.count("audit_rows").await.unsigned_abs());
    let heads = seals.trail_heads().await.unwrap();
    assert_eq!(heads.iter().map(|head| u64::from(head.sealed)).sum::<u64>(), report.seals);
}

async fn rows_that_commit_late_are_sealed_too(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let (first, second) = (seals(&test, 1).await, seals(&test, 1).await);
    let append = async |at: Timestamp, number| {
        let row = row(nobody(), None, at, number);
        let id = row.id;
        trail.audit_append(vec![row]).await.unwrap();
        id
    };
    append(later(600), 1).await;
    seal_all(&first, PLATFORM_CHAIN, later(600)).await;
    assert_eq!(step(&first, PLATFORM_CHAIN, later(600), true).await, ChainSealed::Sealed { rows: 0, more: false });
    // With an id of a minute ago it is found at once.
    append(later(599), 2).await;
    assert_eq!(first.chains_waiting(later(9_999), None, 9).await.unwrap(), [PLATFORM_CHAIN]);
    assert_eq!(seal_all(&second, PLATFORM_CHAIN, later(601)).await, 1);
    // With one of half an hour ago, and with one of hours ago, by the sweep.
    let (earlier, old) = (append(later(571), 3).await, append(later(60), 4).await);
    assert_eq!(first.chains_waiting(later(9_999), None, 9).await.unwrap(), []);
    assert_eq!(seal_all(&first, PLATFORM_CHAIN, later(602)).await, 0);
    assert_eq!(first.chains_to_sweep(later(9_999), 9).await.unwrap(), [PLATFORM_CHAIN]);
    assert_eq!(step(&first, PLATFORM_CHAIN, later(602), true).await, ChainSealed::Sealed { rows: 2, more: false });
    let report = verified(&first).await;
    assert_eq!((report.waiting, report.differences), (0, vec![]));
    // The hour is the bound of what is usual.
    let late: Vec<AuditId> = report.late.iter().map(|late| late.audit_id).collect();
    assert_eq!(late, [old], "{earlier}");
}

/// A fresh look says nothing about what the round has not come to yet.
async fn a_round_that_lasts_for_hours_calls_no_honest_row_late(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let seals = seals(&test, 1).await;
    let append = async |at: Timestamp, number| trail.audit_append(vec![row(nobody(), None, at, number)]).await.unwrap();
    append(later(600), 1).await;
    seal_all(&seals, PLATFORM_CHAIN, later(600)).await;
    // They commit some minutes late, so no fresh look meets them.
    for number in 2..17 {
        append(later(590), number).await;
    }
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(601), true).await, ChainSealed::Sealed { rows: 10, more: false });
    append(later(720), 17).await;
    assert_eq!(seal_all(&seals, PLATFORM_CHAIN, later(720)).await, 1);
    let report = verified(&seals).await;
    assert_eq!((report.waiting, report.differences, report.late), (5, vec![], vec![]));
    // Nor are they when the round meets them, hours later.
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(721), true).await, ChainSealed::Sealed { rows: 5, more: false });
    let report = verified(&seals).await;
    assert_eq!((report.waiting, report.differences, report.late), (0, vec![], vec![]));
    // The round that ended began at 601: what is older by more than an hour should have been there.
    append(later(545), 18).await;
    append(later(540), 19).await;
    let report = verified(&seals).await;
    assert_eq!((report.waiting, report.differences.len()), (1, 1));
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(722), true).await, ChainSealed::Sealed { rows: 2, more: false });
    assert_eq!(verified(&seals).await.late.len(), 1);
}

/// Each step begins after the last row that it sealed, and does not look again at what the steps before it sealed.
async fn draining_goes_on_where_it_was(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let (seals, raw) = (seals(&test, 1).await, Raw::open(&test).await);
    let rows: Vec<AuditRow> =
        (1..=20).map(|number| row(nobody(), None, start() + i64::from(number).seconds(), number)).collect();
    let ids: Vec<AuditId> = rows.iter().map(|row| row.id).collect();
    trail.audit_append(rows).await.unwrap();
    for last in [ids[9], ids[19]] {
        assert_eq!(step(&seals, PLATFORM_CHAIN, later(1), false).await, ChainSealed::Sealed { rows: 10, more: true });
        assert_eq!(raw.count(&format!("audit_chains WHERE looked_from = {}", raw.id(last))).await, 1);
    }
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(1), false).await, ChainSealed::Sealed { rows: 0, more: false });
    // When nothing is left, two minutes are looked through again: a row may commit late.
    assert_eq!(raw.count(&format!("audit_chains WHERE looked_from < {}", raw.id(ids[0]))).await, 1);
    let early = row(nobody(), None, start(), 77);
    trail.audit_append(vec![early]).await.unwrap();
    assert_eq!(seals.chains_waiting(later(1), None, 9).await.unwrap(), [PLATFORM_CHAIN]);
    assert_eq!(seal_all(&seals, PLATFORM_CHAIN, later(1)).await, 1);
}

/// Longer than a piece of the verification and than one of the sweep.
async fn a_long_trail_is_gone_through_in_pieces(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let (seals, raw) = (seals(&test, 1).await, Raw::open(&test).await);
    let rows: Vec<AuditRow> =
        (1..=2_300).map(|number| row(nobody(), None, start() + i64::from(number).seconds(), number)).collect();
    trail.audit_append(rows).await.unwrap();
    let command = SealChain { business_id: PLATFORM_CHAIN, now: later(60), rows_max: 3_000, sweep: false };
    assert_eq!(seals.chain_seal(command).await.unwrap(), ChainSealed::Sealed { rows: 2_300, more: false });
    // One in the middle, one near the end: both too old for a fresh look.
    for at in [15, 36] {
        trail.audit_append(vec![row(nobody(), None, later(at), 9_999)]).await.unwrap();
    }
    // The first piece of the round.
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(200), true).await, ChainSealed::Sealed { rows: 1, more: false });
    assert_eq!(raw.count("audit_chains WHERE complete_at IS NULL AND round_at IS NOT NULL").await, 1);
    let report = verified(&seals).await;
    assert_eq!((report.seals, report.waiting, report.differences), (2_301, 1, vec![]));
    // The second, in which it ends.
    assert_eq!(step(&seals, PLATFORM_CHAIN, later(300), true).await, ChainSealed::Sealed { rows: 1, more: false });
    assert_eq!(raw.count("audit_chains WHERE complete_at IS NOT NULL AND round_at IS NULL").await, 1);
    let report = verified(&seals).await;
    assert_eq!((report.seals, report.waiting, report.differences, report.late), (2_302, 0, vec![], vec![]));
}

/// On SQLite there is one writer, so nothing commits late.
async fn a_transaction_that_is_open_meanwhile_loses_nothing(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let (seals, raw) = (seals(&test, 1).await, Raw::open(&test).await);
    trail.audit_append(vec![row(nobody(), None, start(), 1)]).await.unwrap();
    let early = raw.id(row(nobody(), None, start(), 2).id);
    let insert = format!(
        "INSERT INTO audit_rows SELECT business_id, {early}, actor_id, 'test.late', entity, entity_id, state_before,
             state_after, address, request_id, at FROM audit_rows"
    );
    let Raw::Postgres(_) = &raw else {
        raw.execute(&insert).await;
        assert_eq!(seal_all(&seals, PLATFORM_CHAIN, later(1)).await, 2);
        return;
    };
    raw.execute(&format!("BEGIN; {insert}")).await;
    trail.audit_append(vec![row(nobody(), None, later(1), 3)]).await.unwrap();
    assert_eq!(seal_all(&seals, PLATFORM_CHAIN, later(1)).await, 2, "the open transaction keeps nobody waiting");
    raw.execute("COMMIT").await;
    assert_eq!(seal_all(&seals, PLATFORM_CHAIN, later(1)).await, 1);
    assert_eq!(verified(&seals).await.differences, []);
}

async fn servers_at_once_seal_each_row_once(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let trail = Arc::new(trail);
    let mut work = JoinSet::new();
    for writer in 0..2_u32 {
        let trail = Arc::clone(&trail);
        work.spawn(async move {
            for number in 0..60 {
                // Ids of the two interleave, and neither is in the order of commits.
                let at = start() + i64::from((number * 7) % 60).seconds();
                trail.audit_append(vec![row(nobody(), None, at, writer * 1_000 + number)]).await.unwrap();
            }
        });
    }
    for _ in 0..2 {
        let seals = seals(&test, 1).await;
        work.spawn(async move {
            for turn in 0..40 {
                let done = step(&seals, PLATFORM_CHAIN, later(1), turn % 5 == 0).await;
                assert_ne!(done, ChainSealed::Broken);
            }
        });
    }
    work.join_all().await;
    let seals = seals(&test, 1).await;
    seal_all(&seals, PLATFORM_CHAIN, later(2)).await;
    let report = verified(&seals).await;
    assert_eq!((report.differences, report.waiting, report.seals), (vec![], 0, 120));
}

async fn chains_with_something_to_seal_are_found(test: TestDb) {
    let mut world = World::open(&test).await;
    let (one, two) = (world.opened("One").await.id, world.opened("Two").await.id);
    let seals = seals(&test, 1).await;
    let trail = AuditTrail::new(world.db.clone());
    let rows = [one, two].map(|business| row(nobody(), Some(business), start(), 1));
    trail.audit_append(rows.to_vec()).await.unwrap();
    let mut all = vec![PLATFORM_CHAIN, one, two];
    all.sort_unstable();
    assert_eq!(seals.chains_waiting(later(9_999), None, 9).await.unwrap(), all);
    assert_eq!(seals.chains_waiting(later(9_999), None, 2).await.unwrap(), all[..2]);
    assert_eq!(seals.chains_waiting(later(9_999), Some(all[1]), 2).await.unwrap(), all[2..]);
    assert_eq!(seal_all(&seals, two, later(1)).await, 1);
    assert_eq!(seals.chains_waiting(later(9_999), None, 9).await.unwrap().len(), 2);
    let only = VerifyTrail { business_id: Some(two), ..VerifyTrail::default() };
    let report = seals.trail_verify(only, &|_, _| ()).await.unwrap();
    assert_eq!((report.chains, report.seals, report.waiting), (1, 1, 0));
}

async fn a_chain_goes_on_under_an_accepted_key(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let (former, present) = (seals(&test, 1).await, seals(&test, 2).await);
    trail.audit_append(vec![row(nobody(), None, start(), 1)]).await.unwrap();
    seal_all(&former, PLATFORM_CHAIN, later(1)).await;
    trail.audit_append(vec![row(nobody(), None, later(1), 2)]).await.unwrap();
    assert_eq!(step(&present, PLATFORM_CHAIN, later(1), false).await, ChainSealed::Broken, "nobody accepted the key");
    assert_ne!(verified(&present).await.differences, []);
    assert_eq!(present.trail_accept().await.unwrap(), 1);
    assert_eq!(present.trail_accept().await.unwrap(), 0);
    assert_eq!(seal_all(&present, PLATFORM_CHAIN, later(1)).await, 1);
    assert_eq!(step(&former, PLATFORM_CHAIN, later(1), false).await, ChainSealed::Broken);
    let report = verified(&present).await;
    assert_eq!((report.differences, report.unchecked, report.seals), (vec![], 1, 2));
    let with_former = VerifyTrail { former: vec![Arc::new(TestKey(1))], ..VerifyTrail::default() };
    let report = present.trail_verify(with_former, &|_, _| ()).await.unwrap();
    assert_eq!((report.differences, report.unchecked), (vec![], 0));
}

/// Two servers while a key takes the place of another: neither takes a chain back.
async fn a_chain_is_taken_over_under_the_next_key(test: TestDb) {
    let (_world, trail) = trail(&test).await;
    let append =
        async |number: u32| trail.audit_append(vec![row(nobody(), None, later(number.into()), number)]).await.unwrap();
    let key = |number| -> Arc<dyn SealKey> { Arc::new(TestKey(number)) };
    let waiting = seals(&test, 1).await.with_others(vec![], vec![key(2)]);
    let rotated = seals(&test, 2).await.with_others(vec![key(1)], vec![]);
    append(1).await;
    assert_eq!(seal_all(&waiting, PLATFORM_CHAIN, later(60)).await, 1);
    assert_eq!(rotated.chains_of_former_keys(None, 9).await.unwrap(), [PLATFORM_CHAIN]);
    assert_eq!(verified(&rotated).await.differences, vec![], "before anything was taken over");
    append(2).await;
    assert_eq!(seal_all(&rotated, PLATFORM_CHAIN, later(60)).await, 1);
    assert_eq!(rotated.chains_of_former_keys(None, 9).await.unwrap(), []);
    append(3).await;
    assert_eq!(seal_all(&waiting, PLATFORM_CHAIN, later(60)).await, 1);
    for seals in [&waiting, &rotated] {
        let report = verified(seals).await;
        assert_eq!((report.differences, report.seals, report.unchecked), (vec![], 3, 0));
        assert_eq!(seals.chains_of_former_keys(None, 9).await.unwrap(), []);
    }
    // Without the former key its seals are counted, and the rest is recomputed.
    let after = seals(&test, 2).await;
    let report = verified(&after).await;
    assert_eq!((report.differences, report.seals, report.unchecked), (vec![], 3, 1));
    append(4).await;
    assert_eq!(seal_all(&after, PLATFORM_CHAIN, later(60)).await, 1);

    // What somebody changed is not taken over.
    let raw = Raw::open(&test).await;
    raw.execute("UPDATE audit_chains SET sealed = 3").await;
    let further = seals(&test, 3).await.with_others(vec![key(2)], vec![]);
    assert_eq!(step(&further, PLATFORM_CHAIN, later(61), false).await, ChainSealed::Broken);
    assert!(!verified(&further).await.differences.is_empty());
}

async fn the_trail_of_a_business_is_read(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(500)).await;
    let trail = AuditTrail::new(desk.db.clone());
    let list = async |filter: AuditFilter, span: AuditSpan, page: PageRequest| {
        trail.audit_list(desk.business.id, filter, span, page).await.unwrap()
    };
    let all =
        list(AuditFilter::default(), AuditSpan::default(), PageRequest { total: true, ..PageRequest::default() }).await;
    assert!(all.items.is_sorted_by_key(|entry| std::cmp::Reverse(entry.id)));
    assert_eq!(all.total, i64::try_from(all.items.len()).ok());
    assert!(all.items.iter().all(|entry| entry.seq.is_none()));
    let posted = all.items.iter().find(|entry| entry.verb == "contribution.post").unwrap();
    assert_eq!(posted.entity, "contribution");
    assert!(posted.actor.is_some() && posted.actor_name.is_some() && posted.after.is_some());
    let first = PageRequest { limit: 1, ..PageRequest::default() };
    let page = list(AuditFilter::default(), AuditSpan::default(), first).await;
    let next = list(AuditFilter::default(), AuditSpan::default(), PageRequest { after: page.next, ..first }).await;
    assert_eq!([&page.items[0].id, &next.items[0].id], [&all.items[0].id, &all.items[1].id]);
    let of = async |filter: AuditFilter| list(filter, AuditSpan::default(), PageRequest::default()).await.items.len();
    let none = AuditFilter::default;
    assert_eq!(of(AuditFilter { verb: Some("savings.open".to_owned()), ..none() }).await, 1);
    assert_eq!(of(AuditFilter { verb: Some("savings".to_owned()), ..none() }).await, 0);
    assert_eq!(of(AuditFilter { entity: Some("savings_account".to_owned()), ..none() }).await, 1);
    assert_eq!(of(AuditFilter { entity_id: Some(card.id.uuid()), ..none() }).await, 1);
    let by = |actor| all.items.iter().filter(|entry| entry.actor == actor).count();
    assert_eq!(of(AuditFilter { actor: posted.actor, ..none() }).await, by(posted.actor));
    assert_eq!(of(AuditFilter { actor: Some(nobody()), ..none() }).await, 0);
    let found = |text: &str| AuditFilter { search: Some(text.parse().unwrap()), ..none() };
    assert_eq!(of(found("ngozi")).await, by(Some(desk.agent.id)));
    // The card, and what was paid on it.
    assert_eq!(of(found(&card.tracking_number.to_string())).await, 2);
    assert_eq!(of(found("nobody")).await, 0);
    let at = posted.at;
    let span = async |from, before| list(none(), AuditSpan { from, before }, PageRequest::default()).await.items.len();
    assert_eq!(span(Some(at), None).await + span(None, Some(at)).await, all.items.len());
    let seals = seals(&test, 1).await;
    seal_all(&seals, desk.business.id, at).await;
    let all = list(none(), AuditSpan::default(), PageRequest::default()).await;
    let places: Vec<Option<u32>> = all.items.iter().rev().map(|entry| entry.seq).collect();
    assert_eq!(places, (1..=u32::try_from(all.items.len()).unwrap()).map(Some).collect::<Vec<_>>());
}

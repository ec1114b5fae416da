//! Tampering with the trail: each kind is found, and named by its place.

use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{ChainSealed, SealStore, VerifyTrail};
use ofektom_domain::seal::{KeptHead, PLATFORM_CHAIN, SealFault, TrailReport};
use ofektom_persistence::Seals;
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::desk::{Desk, daily, naira};
use crate::raw::Raw;
use crate::seal_key::{TestKey, seal_all, seals, step};

on_both_engines!(
    each_tampering_is_found_and_named,
    only_a_kept_head_shows_what_was_made_anew,
    nothing_is_sealed_on_a_cut_chain,
    sealing_cannot_be_switched_off_silently,
    rows_with_ids_that_no_server_makes_are_named,
    a_key_that_never_was_hides_nothing,
);

const TABLES: [&str; 3] = ["audit_rows", "audit_seals", "audit_chains"];

struct Shown {
    business: BusinessId,
    seals: Seals,
    raw: Raw,
    sealed: u32,
}

impl Shown {
    /// A business with a sealed trail, and a connection that may do anything.
    async fn open(test: &TestDb) -> Self {
        let desk = Desk::open(test).await;
        let card = desk.open_card(daily(500, 3)).await;
        for _ in 0..8 {
            desk.pay(card.id, naira(500)).await;
        }
        let (seals, raw) = (seals(test, 1).await, Raw::open(test).await);
        // Hours later, so that everything should have been there long before.
        let now = "2025-03-15T15:00:00Z".parse().unwrap();
        let sealed = seal_all(&seals, desk.business.id, now).await;
        assert_eq!(step(&seals, desk.business.id, now, true).await, ChainSealed::Sealed { rows: 0, more: false });
        raw.append_only_drop_of(&["audit_rows", "audit_seals"]).await;
        Self { business: desk.business.id, seals, raw, sealed }
    }

    /// `column` of the seal at a place, in SQL.
    fn of(&self, seq: u32, column: &str) -> String {
        format!("(SELECT {column} FROM audit_seals WHERE business_id = {} AND seq = {seq})", self.raw.id(self.business))
    }

    fn row(&self, seq: u32) -> String {
        format!("id = {}", self.of(seq, "audit_id"))
    }

    fn here(&self) -> String {
        format!("business_id = {}", self.raw.id(self.business))
    }

    /// A copy of a row under another id, as old as the row.
    fn forged_row(&self, id: u128) -> String {
        let (id, like) = (self.raw.id(Uuid::from_u128(id)), self.row(2));
        format!(
            "INSERT INTO audit_rows SELECT business_id, {id}, actor_id, verb, entity, entity_id, state_before, state_after,
                 address, request_id, at FROM audit_rows WHERE {like}"
        )
    }

    /// A seal at the end for that row, by somebody without the key.
    fn forged_seal(&self, id: u128) -> String {
        format!(
            "INSERT INTO audit_seals SELECT business_id, {}, {}, key_id, late, mac FROM audit_seals WHERE {} AND seq = 1",
            self.sealed + 1,
            self.raw.id(Uuid::from_u128(id)),
            self.here()
        )
    }

    async fn report(&self, heads: Vec<KeptHead>) -> TrailReport {
        let command = VerifyTrail { business_id: Some(self.business), heads, ..VerifyTrail::default() };
        self.seals.trail_verify(command, &|_, _| ()).await.unwrap()
    }

    async fn keep(&self) {
        for table in TABLES {
            self.raw.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
    }

    async fn restore(&self) {
        for table in TABLES {
            self.raw.execute(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}")).await;
        }
    }
}

/// What is done, and the faults that must be named with their places. No other place may be named.
type Tampering = (String, Vec<(Option<u32>, SealFault)>);

fn of_rows(shown: &Shown) -> Vec<Tampering> {
    use SealFault::{RowChanged, RowInserted, RowRemoved, RowsSwapped};
    let later = match shown.raw {
        Raw::Postgres(_) => "at + interval '1 microsecond'",
        Raw::Sqlite(_) => "at + 1",
    };
    let change = |set: &str, seq| format!("UPDATE audit_rows SET {set} WHERE {}", shown.row(seq));
    let (second, fifth) = (shown.of(2, "audit_id"), shown.of(5, "audit_id"));
    let nil = shown.raw.id(Uuid::from_u128(1));
    vec![
        (change("verb = 'savings.close'", 1), vec![(Some(1), RowChanged)]),
        (change("entity = 'no_such_thing'", 2), vec![(Some(2), RowChanged)]),
        (change("state_after = '{\"amount\": 1}'", 3), vec![(Some(3), RowChanged)]),
        (change("state_before = '{}'", 4), vec![(Some(4), RowChanged)]),
        (change("actor_id = NULL", 5), vec![(Some(5), RowChanged)]),
        (change("entity_id = business_id", 6), vec![(Some(6), RowChanged)]),
        (change("address = 'elsewhere'", 7), vec![(Some(7), RowChanged)]),
        (change("request_id = 'another'", 8), vec![(Some(8), RowChanged)]),
        (change(&format!("at = {later}"), shown.sealed), vec![(Some(shown.sealed), RowChanged)]),
        (format!("DELETE FROM audit_rows WHERE {}", shown.row(4)), vec![(Some(4), RowRemoved)]),
        (shown.forged_row(77), vec![(None, RowInserted)]),
        (
            // The rows themselves: each gets the other's id.
            format!(
                "UPDATE audit_rows SET id = {nil} WHERE id = {second}; UPDATE audit_rows SET id = {second} WHERE id = {fifth};
                 UPDATE audit_rows SET id = {fifth} WHERE id = {nil}"
            ),
            vec![(Some(2), RowsSwapped { with: 5 }), (Some(5), RowsSwapped { with: 2 })],
        ),
    ]
}

fn of_seals(shown: &Shown) -> Vec<Tampering> {
    use SealFault::{
        HeadChanged, HeadRemoved, RowInserted, RowOrSealChanged, RowsSwapped, SealChanged, SealInserted,
        SealOfAnotherKey, SealsCutOff, SealsRemoved,
    };
    let (here, last) = (shown.here(), shown.sealed);
    let (cut, inserted) = (last - 1, (None, RowInserted));
    let delete = |from| format!("DELETE FROM audit_seals WHERE {here} AND seq >= {from}");
    let nil = shown.raw.id(Uuid::from_u128(1));
    let (second, fifth) = (shown.of(2, "audit_id"), shown.of(5, "audit_id"));
    vec![
        (format!("UPDATE audit_seals SET mac = key_id WHERE {here} AND seq = 3"), vec![(Some(3), SealChanged)]),
        (format!("UPDATE audit_seals SET mac = key_id WHERE {here} AND seq = {last}"), vec![(Some(last), SealChanged)]),
        (format!("UPDATE audit_seals SET key_id = mac WHERE {here} AND seq = 3"), vec![(Some(3), SealOfAnotherKey)]),
        (
            format!("DELETE FROM audit_seals WHERE {here} AND seq BETWEEN 3 AND 4"),
            vec![(Some(3), SealsRemoved { to: 4 }), inserted, inserted],
        ),
        (
            // What the seals point at. The ids are looked up before they are exchanged.
            format!(
                "CREATE TABLE two AS SELECT {second} AS a, {fifth} AS b;
                 UPDATE audit_seals SET audit_id = {nil} WHERE {here} AND seq = 2;
                 UPDATE audit_seals SET audit_id = (SELECT a FROM two) WHERE {here} AND seq = 5;
                 UPDATE audit_seals SET audit_id = (SELECT b FROM two) WHERE {here} AND seq = 2; DROP TABLE two"
            ),
            vec![(Some(2), RowsSwapped { with: 5 }), (Some(5), RowsSwapped { with: 2 })],
        ),
        (format!("{}; {}", shown.forged_row(77), shown.forged_seal(77)), vec![(Some(last + 1), SealInserted)]),
        (
            // With the head moved on; without the key it cannot be signed.
            format!(
                "{}; {}; UPDATE audit_chains SET sealed = sealed + 1, mac = {} WHERE {here}",
                shown.forged_row(77),
                shown.forged_seal(77),
                shown.of(1, "mac")
            ),
            vec![(Some(last + 1), RowOrSealChanged), (None, HeadChanged)],
        ),
        (delete(cut), vec![(Some(cut), SealsCutOff { to: last }), inserted, inserted]),
        (
            format!("DELETE FROM audit_rows WHERE {} OR {}; {}", shown.row(cut), shown.row(last), delete(cut)),
            vec![(Some(cut), SealsCutOff { to: last })],
        ),
        (
            // With the head moved back.
            format!(
                "DELETE FROM audit_rows WHERE {}; {}; UPDATE audit_chains SET sealed = {cut}, mac = {} WHERE {here}",
                shown.row(last),
                delete(last),
                shown.of(cut, "mac")
            ),
            vec![(None, HeadChanged)],
        ),
        (format!("UPDATE audit_chains SET complete_at = NULL WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("UPDATE audit_chains SET round_at = complete_at WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("UPDATE audit_chains SET swept_to = business_id WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("UPDATE audit_chains SET former = {last} WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("UPDATE audit_chains SET sealed = -1 WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("UPDATE audit_chains SET signature = key_id WHERE {here}"), vec![(None, HeadChanged)]),
        (format!("DELETE FROM audit_chains WHERE {here}"), vec![(None, HeadRemoved)]),
    ]
}

async fn each_tampering_is_found_and_named(test: TestDb) {
    let shown = Shown::open(&test).await;
    assert_eq!(shown.report(vec![]).await.differences, []);
    shown.keep().await;
    for (sql, expected) in of_rows(&shown).into_iter().chain(of_seals(&shown)) {
        shown.raw.execute(&sql).await;
        let found = shown.report(vec![]).await.differences;
        assert!(found.iter().all(|difference| difference.business_id == shown.business));
        // A row that goes with a place is named, too.
        let of_one_row = |fault| !matches!(fault, SealFault::SealsRemoved { .. } | SealFault::SealsCutOff { .. });
        let named =
            found.iter().filter(|it| of_one_row(it.fault) && (it.seq.is_some() || it.fault == SealFault::RowInserted));
        assert!(named.clone().all(|difference| difference.audit_id.is_some()), "{sql}\n{found:?}");
        let found: Vec<_> = found.iter().map(|difference| (difference.seq, difference.fault)).collect();
        assert_eq!(found, expected, "{sql}");
        shown.restore().await;
        assert_eq!(shown.report(vec![]).await.differences, [], "{sql}");
    }
}

/// Somebody who has kept an old head, or has the key, can make a shorter chain that fits. The owner has the heads of before.
async fn only_a_kept_head_shows_what_was_made_anew(test: TestDb) {
    let shown = Shown::open(&test).await;
    let here = shown.here();
    let kept = shown.seals.trail_heads().await.unwrap();
    assert_eq!(shown.report(kept.clone()).await.differences, []);
    let faults = async |kept: &[KeptHead]| -> Vec<_> {
        shown
            .report(kept.to_vec())
            .await
            .differences
            .iter()
            .map(|difference| (difference.seq, difference.fault))
            .collect()
    };
    // A row is taken out and everything is sealed again from the start.
    shown.raw.execute(&format!("DELETE FROM audit_rows WHERE {}", shown.row(shown.sealed))).await;
    shown.raw.execute(&format!("DELETE FROM audit_seals WHERE {here}; DELETE FROM audit_chains WHERE {here}")).await;
    let now = "2025-03-15T16:00:00Z".parse().unwrap();
    assert_eq!(seal_all(&shown.seals, shown.business, now).await, shown.sealed - 1);
    assert_eq!(faults(&[]).await, []);
    assert_eq!(faults(&kept).await, [(Some(shown.sealed), SealFault::ShorterThanKept)]);
    // The same with a row put in for it.
    shown.raw.execute(&shown.forged_row(77)).await;
    shown.raw.execute(&format!("DELETE FROM audit_seals WHERE {here}; DELETE FROM audit_chains WHERE {here}")).await;
    assert_eq!(seal_all(&shown.seals, shown.business, now).await, shown.sealed);
    assert_eq!(faults(&[]).await, []);
    assert_eq!(faults(&kept).await, [(Some(shown.sealed), SealFault::OtherThanKept)]);
}

async fn nothing_is_sealed_on_a_cut_chain(test: TestDb) {
    let shown = Shown::open(&test).await;
    seal_all(&shown.seals, PLATFORM_CHAIN, "2025-03-15T15:30:00Z".parse().unwrap()).await;
    let (here, last) = (shown.here(), shown.sealed);
    let now = "2025-03-15T16:00:00Z".parse().unwrap();
    shown.keep().await;
    for sql in [
        format!("DELETE FROM audit_seals WHERE {here} AND seq = {last}"),
        format!("UPDATE audit_chains SET sealed = sealed - 1 WHERE {here}"),
        format!("DELETE FROM audit_chains WHERE {here}"),
        shown.forged_seal(77),
    ] {
        shown.raw.execute(&sql).await;
        let before = shown.report(vec![]).await.differences;
        assert_ne!(before, []);
        assert_eq!(step(&shown.seals, shown.business, now, true).await, ChainSealed::Broken, "{sql}");
        assert_eq!(shown.seals.chains_to_sweep(now, 1).await.unwrap(), [PLATFORM_CHAIN], "the others are swept on");
        assert_eq!(shown.report(vec![]).await.differences, before, "{sql}");
        shown.restore().await;
    }
    assert_eq!(step(&shown.seals, shown.business, now, true).await, ChainSealed::Sealed { rows: 0, more: false });
}

/// What tells from where rows are looked for is not signed: whatever is in it, rows are found, and one that waits shows.
async fn sealing_cannot_be_switched_off_silently(test: TestDb) {
    let shown = Shown::open(&test).await;
    let (here, business) = (shown.here(), shown.business);
    let future = match shown.raw {
        Raw::Postgres(_) => "'2999-01-01'",
        Raw::Sqlite(_) => "32472144000000000",
    };
    let last = shown.raw.id(Uuid::max());
    let set = format!("UPDATE audit_chains SET looked_from = {last}, swept_at = {future} WHERE {here}");
    seal_all(&shown.seals, PLATFORM_CHAIN, "2025-03-15T15:00:00Z".parse().unwrap()).await;
    shown.raw.execute(&set).await;
    let now: jiff::Timestamp = "2025-03-15T16:00:00Z".parse().unwrap();
    assert_eq!(shown.seals.chains_to_sweep(now, 1).await.unwrap(), [business], "it does not wait for that");
    let new = Uuid::from_u128(u128::try_from(now.as_millisecond() - 1_000).unwrap() << 80 | 1);
    let at = match shown.raw {
        Raw::Postgres(_) => "'2025-03-15T15:59:59Z'".to_owned(),
        Raw::Sqlite(_) => (now.as_microsecond() - 1_000_000).to_string(),
    };
    let insert = format!(
        "INSERT INTO audit_rows SELECT business_id, {}, actor_id, verb, entity, entity_id, state_before, state_after, address,
             request_id, {at} FROM audit_rows WHERE {}",
        shown.raw.id(new),
        shown.row(2)
    );
    shown.raw.execute(&insert).await;
    let verified = async |now: jiff::Timestamp| {
        let command = VerifyTrail { business_id: Some(business), now, ..VerifyTrail::default() };
        shown.seals.trail_verify(command, &|_, _| ()).await.unwrap()
    };
    let report = verified(now).await;
    assert_eq!((report.waiting, report.differences), (1, vec![]));
    let differences = verified("2025-03-15T17:30:00Z".parse().unwrap()).await.differences;
    assert_eq!(differences.len(), 1);
    assert_eq!((differences[0].audit_id, differences[0].fault), (Some(new.into()), SealFault::RowsOverdue { rows: 1 }));
    assert_eq!(shown.seals.chains_waiting(now, None, 9).await.unwrap(), [business]);
    assert_eq!(step(&shown.seals, business, now, false).await, ChainSealed::Sealed { rows: 1, more: false });
    assert_eq!(shown.raw.count(&format!("audit_chains WHERE {here} AND looked_from < {last}")).await, 1);
    let report = verified("2025-03-15T17:30:00Z".parse().unwrap()).await;
    assert_eq!((report.waiting, report.differences, report.late), (0, vec![], vec![]));
}

async fn rows_with_ids_that_no_server_makes_are_named(test: TestDb) {
    let shown = Shown::open(&test).await;
    let (business, now) = (shown.business, "2025-03-15T16:00:00Z".parse().unwrap());
    let put = async |id: &str| {
        let insert = format!(
            "INSERT INTO audit_rows SELECT business_id, {id}, actor_id, verb, entity, entity_id, state_before, state_after,
                 address, request_id, at FROM audit_rows WHERE {}",
            shown.row(2)
        );
        shown.raw.execute(&insert).await;
    };
    put(&shown.raw.id(Uuid::nil())).await;
    let mut expected = vec![SealFault::RowOfForeignId];
    if let Raw::Sqlite(_) = shown.raw {
        for id in ["x''", "x'0102'", "x'ffffffffffffffffffffffffffffffffff'"] {
            put(id).await;
            expected.push(SealFault::RowOfForeignId);
        }
    }
    // They keep neither the sealer nor the verification from the others.
    shown.raw.execute(&shown.forged_row(77)).await;
    expected.push(SealFault::RowInserted);
    let faults = async || -> Vec<_> {
        let mut found: Vec<_> = shown.report(vec![]).await.differences.iter().map(|it| it.fault).collect();
        found.sort_by_key(|fault| *fault == SealFault::RowInserted);
        found
    };
    assert_eq!(faults().await, expected);
    assert_eq!(step(&shown.seals, business, now, true).await, ChainSealed::Sealed { rows: 1, more: false });
    expected.pop();
    assert_eq!(faults().await, expected);
    assert_eq!(shown.seals.chains_waiting(now, Some(PLATFORM_CHAIN), 9).await.unwrap(), []);
    let Raw::Sqlite(_) = shown.raw else { return };
    // A chain that cannot be read is broken, and the sweep goes on to the others.
    seal_all(&shown.seals, PLATFORM_CHAIN, now).await;
    shown.raw.execute(&format!("UPDATE audit_chains SET looked_from = x'01' WHERE {}", shown.here())).await;
    let later = "2025-03-15T16:05:00Z".parse().unwrap();
    assert_eq!(step(&shown.seals, business, later, true).await, ChainSealed::Broken);
    assert_eq!(shown.seals.chains_to_sweep(later, 1).await.unwrap(), [PLATFORM_CHAIN]);
    // So is a business that is none.
    shown.raw.execute("INSERT INTO audit_seals VALUES (x'01', 1, x'02', x'03', 0, x'04')").await;
    let all = shown.seals.trail_verify(VerifyTrail::default(), &|_, _| ()).await.unwrap();
    assert!(all.differences.iter().any(|it| it.fault == SealFault::ChainOfForeignId), "{all:?}");
}

async fn a_key_that_never_was_hides_nothing(test: TestDb) {
    let shown = Shown::open(&test).await;
    let present = seals(&test, 2).await;
    assert_eq!(present.trail_accept().await.unwrap(), 1);
    let change = format!("UPDATE audit_rows SET verb = 'savings.close' WHERE {}", shown.row(3));
    let rename = format!("UPDATE audit_seals SET key_id = {} WHERE {} AND seq = 3", "substr(mac, 1, 8)", shown.here());
    shown.raw.execute(&format!("{change}; {rename}")).await;
    let command = VerifyTrail {
        business_id: Some(shown.business),
        former: vec![std::sync::Arc::new(TestKey(1))],
        ..VerifyTrail::default()
    };
    let report = present.trail_verify(command, &|_, _| ()).await.unwrap();
    let found: Vec<_> = report.differences.iter().map(|it| (it.seq, it.fault)).collect();
    assert_eq!((found, report.unchecked), (vec![(Some(3), SealFault::SealOfAnotherKey)], 0));
}

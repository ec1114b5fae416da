//! Chains of seals: each way of tampering is found and named, and nothing else is.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use ofektom_domain::ids::AuditId;
use ofektom_domain::seal::{
    ChainCheck, ChainHead, PLATFORM_CHAIN, RowImage, Seal, SealFault, SealKey, SealKeyId, SealMac, TrailReport,
    chain_extend, head_mac,
};
use proptest::prelude::*;
use uuid::Uuid;

/// A keyed hash that is good enough to test with.
struct TestKey(u8);

impl TestKey {
    fn shared(number: u8) -> Arc<dyn SealKey> {
        Arc::new(Self(number))
    }
}

impl SealKey for TestKey {
    fn id(&self) -> SealKeyId {
        SealKeyId([self.0; 8])
    }

    fn mac(&self, message: &[u8]) -> SealMac {
        let mut mac = [0; 32];
        for (at, part) in mac.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            (self.0, at, message).hash(&mut hasher);
            part.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        SealMac(mac)
    }
}

fn row(number: u32) -> RowImage {
    RowImage {
        business_id: PLATFORM_CHAIN,
        id: id(number),
        actor: Some(vec![7; 16]),
        verb: "savings.open".to_owned(),
        entity: "savings_account".to_owned(),
        entity_id: number.to_be_bytes().to_vec(),
        before: None,
        after: Some(format!("{{\"boxes\":{number}}}")),
        address: None,
        request_id: Some("r".to_owned()),
        at_micros: i64::from(number) * 1_000_000,
    }
}

fn id(number: u32) -> AuditId {
    Uuid::from_u128(number.into()).into()
}

/// A chain as it is stored.
#[derive(Clone)]
struct Chain {
    head: ChainHead,
    links: Vec<(Seal, Option<RowImage>)>,
}

impl Chain {
    fn begun() -> Self {
        Self { head: ChainHead::begun(PLATFORM_CHAIN, TestKey(1).id()), links: Vec::new() }
    }

    fn extend(&mut self, key: &TestKey, numbers: std::ops::RangeInclusive<u32>) {
        let rows: Vec<RowImage> = numbers.map(row).collect();
        let (seals, head) = chain_extend(key, self.head, &rows);
        self.links.extend(seals.into_iter().zip(rows.into_iter().map(Some)));
        self.head = head;
    }

    fn of(count: u32) -> Self {
        let mut chain = Self::begun();
        chain.extend(&TestKey(1), 1..=count);
        chain
    }

    fn row(&mut self, seq: usize) -> &mut RowImage {
        self.links[seq - 1].1.as_mut().unwrap()
    }

    fn report(&self, head_holds: bool, keys: &[u8]) -> TrailReport {
        let keys: Vec<Arc<dyn SealKey>> = keys.iter().map(|key| TestKey::shared(*key)).collect();
        let mut check = ChainCheck::of(self.head, head_holds, &keys);
        let mut links = self.links.clone();
        links.sort_by_key(|(seal, _)| seal.seq);
        for (seal, row) in links {
            check.take(&seal, row);
        }
        check.finish()
    }

    /// What is wrong, and where.
    fn faults(&self) -> Vec<(Option<u32>, SealFault)> {
        let report = self.report(true, &[1]);
        report.differences.iter().map(|difference| (difference.seq, difference.fault)).collect()
    }
}

#[test]
fn a_whole_chain_has_nothing_wrong() {
    for count in [0, 1, 2, 50] {
        let report = Chain::of(count).report(true, &[1]);
        assert_eq!((report.seals, report.differences, report.unchecked), (count.into(), vec![], 0));
    }
}

#[test]
fn each_tampering_is_named_where_it_is() {
    use SealFault::{RowChanged, RowRemoved, SealChanged, SealsCutOff, SealsRemoved};
    let tampered = |change: &dyn Fn(&mut Chain)| {
        let mut chain = Chain::of(9);
        change(&mut chain);
        chain.faults()
    };
    for seq in [1, 5, 9] {
        let place = Some(u32::try_from(seq).unwrap());
        let changed = tampered(&|chain| chain.row(seq).after = Some("{\"boxes\":99}".to_owned()));
        assert_eq!(changed, [(place, RowChanged)]);
        assert_eq!(tampered(&|chain| chain.row(seq).actor = None), [(place, RowChanged)]);
        assert_eq!(tampered(&|chain| chain.row(seq).at_micros += 1), [(place, RowChanged)]);
        assert_eq!(tampered(&|chain| chain.links[seq - 1].1 = None), [(place, RowRemoved)]);
        assert_eq!(tampered(&|chain| chain.links[seq - 1].0.mac = SealMac::NONE), [(place, SealChanged)]);
        assert_eq!(tampered(&|chain| chain.links[seq - 1].0.late = true), [(place, RowChanged)]);
    }
    let gap = tampered(&|chain| drop(chain.links.drain(3..5)));
    assert_eq!(gap, [(Some(4), SealsRemoved { to: 5 })]);
    let cut = tampered(&|chain| chain.links.truncate(7));
    assert_eq!(cut, [(Some(8), SealsCutOff { to: 9 })]);
    let two = tampered(&|chain| {
        chain.row(2).verb.push('x');
        chain.row(8).verb.push('x');
    });
    assert_eq!(two, [(Some(2), RowChanged), (Some(8), RowChanged)]);
}

#[test]
fn swapped_rows_are_named_as_such() {
    for (one, other) in [(2_u32, 3_u32), (2, 8), (8, 9)] {
        let (first, second) = (usize::try_from(one).unwrap() - 1, usize::try_from(other).unwrap() - 1);
        let expected =
            [(Some(one), SealFault::RowsSwapped { with: other }), (Some(other), SealFault::RowsSwapped { with: one })];
        // The contents of the rows, with their ids left in place.
        let mut chain = Chain::of(9);
        let (left, right) = (chain.row(first + 1).clone(), chain.row(second + 1).clone());
        *chain.row(first + 1) = RowImage { id: left.id, ..right.clone() };
        *chain.row(second + 1) = RowImage { id: right.id, ..left };
        assert_eq!(chain.faults(), expected);
        // What the seals point at.
        let mut chain = Chain::of(9);
        let left = (chain.links[first].0.audit_id, chain.links[first].1.clone());
        (chain.links[first].0.audit_id, chain.links[first].1) =
            (chain.links[second].0.audit_id, chain.links[second].1.clone());
        (chain.links[second].0.audit_id, chain.links[second].1) = left;
        assert_eq!(chain.faults(), expected);
    }
}

#[test]
fn without_the_key_no_row_can_be_put_in() {
    let mut chain = Chain::of(4);
    let stolen = TestKey(1);
    let forger = TestKey(9);
    let (mut forged, _) = chain_extend(&forger, chain.head, &[row(5)]);
    forged[0].key_id = stolen.id();
    chain.links.push((forged[0], Some(row(5))));
    chain.head.sealed = 5;
    chain.head.mac = forged[0].mac;
    assert_ne!(head_mac(&forger, &chain.head), head_mac(&stolen, &chain.head), "nor can the head be signed");
    assert_eq!(chain.faults().len(), 1);
    chain.links[4].0.key_id = forger.id();
    assert_eq!(chain.faults(), [(Some(5), SealFault::SealOfAnotherKey)]);
}

#[test]
fn a_chain_goes_on_under_an_accepted_key() {
    let mut chain = Chain::of(4);
    chain.head = chain.head.accepted(TestKey(2).id());
    chain.extend(&TestKey(2), 5..=8);
    let report = chain.report(true, &[2]);
    assert_eq!((report.differences, report.unchecked, report.seals), (vec![], 4, 8));
    let report = chain.report(true, &[2, 1]);
    assert_eq!((report.differences, report.unchecked), (vec![], 0));
    // Of the former part only rows that are missing show, until its key is given.
    chain.row(2).verb.push('x');
    assert_eq!(chain.report(true, &[2]).differences, []);
    assert_eq!(chain.report(true, &[2, 1]).differences[0].fault, SealFault::RowChanged);
    // Naming a key that never was keeps no row from being held against its seal.
    let honest = chain.clone();
    chain.links[1].0.key_id = TestKey(9).id();
    let differences = chain.report(true, &[2, 1]).differences;
    assert_eq!(differences.len(), 1);
    assert_eq!((differences[0].seq, differences[0].fault), (Some(2), SealFault::SealOfAnotherKey));
    chain = honest;
    // What is newer cannot pass as something of a former key.
    chain.links[5].0.key_id = TestKey(3).id();
    let report = chain.report(true, &[2]);
    assert_eq!((report.differences[0].seq, report.differences[0].fault), (Some(6), SealFault::SealOfAnotherKey));
}

#[test]
fn a_row_that_should_have_been_there_is_late() {
    let mut chain = Chain::of(3);
    chain.head.complete_at = Some("1970-01-01T02:00:00Z".parse().unwrap());
    let seconds = |seconds: i64| seconds * 1_000_000;
    let keys: [Arc<dyn SealKey>; 1] = [Arc::new(TestKey(1))];
    let mut check = ChainCheck::of(chain.head, true, &keys);
    check.unsealed(id(70), seconds(3_601));
    check.unsealed(id(71), seconds(3_599));
    for (seal, row) in &chain.links {
        check.take(seal, row.clone());
    }
    let report = check.finish();
    assert_eq!((report.waiting, report.differences.len()), (1, 1));
    assert_eq!((report.differences[0].audit_id, report.differences[0].fault), (Some(id(71)), SealFault::RowInserted));
    // Once it is sealed its seal says so, and so does every verification.
    chain.extend(&TestKey(1), 4..=4);
    let report = chain.report(true, &[1]);
    assert_eq!((report.differences, report.late.len()), (vec![], 1));
    assert_eq!((report.late[0].seq, report.late[0].audit_id), (4, id(4)));
}

#[test]
fn a_row_that_waits_too_long_is_a_difference_whatever_the_head_says() {
    let seconds = |seconds: i64| seconds * 1_000_000;
    let keys: [Arc<dyn SealKey>; 1] = [Arc::new(TestKey(1))];
    for head_holds in [true, false] {
        let check = ChainCheck::of(Chain::begun().head, head_holds, &keys);
        let mut check = check.at("1970-01-01T02:00:00Z".parse().unwrap());
        check.unsealed(id(1), seconds(3_599));
        check.unsealed(id(2), seconds(-5));
        check.unsealed(id(3), seconds(3_600));
        // No server makes this id, so the row waits for nothing.
        check.unsealed(Uuid::nil().into(), seconds(7_000));
        let report = check.finish();
        let faults: Vec<_> = report.differences.iter().map(|found| (found.audit_id, found.fault)).collect();
        let expected =
            [(Some(Uuid::nil().into()), SealFault::RowOfForeignId), (Some(id(1)), SealFault::RowsOverdue { rows: 2 })];
        assert_eq!((report.waiting, faults), (1, expected.to_vec()));
    }
}

#[test]
fn a_round_counts_from_its_beginning_when_it_ends() {
    let at = |minute: i64| jiff::Timestamp::from_second(minute * 60).unwrap();
    let head = Chain::begun().head.swept(Some(id(5)), at(1)).swept(Some(id(9)), at(200));
    assert_eq!((head.complete_at, head.round_at, head.swept_to), (None, Some(at(1)), id(9)));
    let head = head.swept(None, at(300));
    assert_eq!((head.complete_at, head.swept_to), (Some(at(1)), Uuid::nil().into()));
    assert_eq!(head.swept(None, at(301)).complete_at, Some(at(301)));
    // It can neither be moved on nor back without the key.
    let key = TestKey(1);
    for other in [
        ChainHead { round_at: None, ..head.swept(Some(id(5)), at(302)) },
        ChainHead { swept_to: id(6), ..head },
        ChainHead { complete_at: Some(at(2)), ..head },
    ] {
        assert_ne!(head_mac(&key, &other), head_mac(&key, &head));
        assert_ne!(head_mac(&key, &other), head_mac(&key, &head.swept(Some(id(5)), at(302))));
    }
}

proptest! {
    #[test]
    fn no_change_of_any_column_goes_unnoticed(seq in 1_usize..=6, column in 0..8, bit in 0_u8..8) {
        let mut chain = Chain::of(6);
        let row = chain.row(seq);
        let flipped = 1 << bit;
        match column {
            0 => row.actor.as_mut().unwrap()[3] ^= flipped,
            1 => row.verb.push(char::from(b'a' + bit)),
            2 => row.entity.insert(usize::from(bit), 'x'),
            3 => row.entity_id[2] ^= flipped,
            4 => row.before = Some(format!("[{bit}]")),
            5 => row.after = Some(format!("{{\"boxes\":{}}}", 100 + u32::from(bit))),
            6 => row.address = Some(bit.to_string()),
            _ => row.at_micros ^= i64::from(flipped),
        }
        prop_assert_eq!(chain.faults(), vec![(Some(u32::try_from(seq).unwrap()), SealFault::RowChanged)]);
    }
}

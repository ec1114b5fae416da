//! Verifying a chain, seal after seal.
//!
//! Each seal is held against its row and the hash stored before it, so one change shows at one place and does not make everything
//! after it look wrong. Whether it was the row or the seal tells the next seal, or the head: they hold the hash that was there.

use std::sync::Arc;

use jiff::Timestamp;

use crate::ids::AuditId;

use super::{
    ChainHead, LATE_AFTER_SECONDS, LateRow, ROUND_START, RowImage, Seal, SealFault, SealKey, SealMac, TrailDifference,
    TrailReport, seal_mac,
};

/// How many rows that do not fit are kept, to look for swapped ones among them.
const SUSPECTS_MAX: usize = 200;

/// The verification of one chain.
pub struct ChainCheck<'a> {
    keys: &'a [Arc<dyn SealKey>],
    head: ChainHead,
    head_holds: bool,
    /// Whether `keys` are all that ever sealed here.
    all_given: bool,
    /// The place that comes next.
    next: u32,
    /// The stored hash of the seal before; `None` after a gap.
    before: Option<SealMac>,
    suspects: Vec<Suspect>,
    /// Whether the last of the suspects is the seal just before.
    unsure: bool,
    /// Rows older than that should have a seal, in microseconds since 1970.
    overdue_before: i64,
    /// The first row that should, and how many they are.
    overdue: Option<(AuditId, u64)>,
    found: TrailReport,
}

/// A seal that does not fit its row.
struct Suspect {
    seal: Seal,
    row: RowImage,
    before: SealMac,
    /// The hash as it would be by its row.
    computed: SealMac,
    fault: SealFault,
}

impl<'a> ChainCheck<'a> {
    /// Begins with a chain. `head_holds` tells whether its head fits the key; if not, it says nothing about the end of the chain.
    #[must_use]
    pub fn of(head: ChainHead, head_holds: bool, keys: &'a [Arc<dyn SealKey>]) -> Self {
        let found = TrailReport { chains: 1, ..TrailReport::default() };
        Self {
            keys,
            head,
            head_holds,
            all_given: keys.len() > 1,
            next: 1,
            before: Some(SealMac::NONE),
            suspects: Vec::new(),
            unsure: false,
            overdue_before: i64::MIN,
            overdue: None,
            found,
        }
    }

    /// The same with a clock, by which rows may have waited too long for their seals, whatever the head says.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        let seconds = now.as_microsecond().saturating_sub(LATE_AFTER_SECONDS.saturating_mul(1_000_000));
        Self { overdue_before: seconds, ..self }
    }

    /// The same, told whether the keys are all that ever sealed here: a seal of yet another key is a difference then. Otherwise
    /// whoever gives more than one gives all.
    #[must_use]
    pub fn all_given(self, all_given: bool) -> Self {
        Self { all_given, ..self }
    }

    /// The next seal in the order of places, with the row that it names, if that is there.
    pub fn take(&mut self, seal: &Seal, row: Option<RowImage>) {
        self.found.seals += 1;
        if seal.seq > self.next {
            self.fault(Some(self.next), None, SealFault::SealsRemoved { to: seal.seq - 1 });
            (self.before, self.unsure) = (None, false);
        }
        if seal.late {
            self.found.late.push(LateRow { business_id: seal.business_id, seq: seal.seq, audit_id: seal.audit_id });
        }
        let unsure = std::mem::take(&mut self.unsure);
        match (self.key_of(seal), row, self.before) {
            (_, None, _) => self.fault_at(seal, SealFault::RowRemoved),
            (Ok(Some(key)), Some(row), Some(before)) => self.hold(seal, row, (key.as_ref(), before), unsure),
            (Ok(None), Some(_), _) => self.found.unchecked += 1,
            // The hash before is gone, and with it what this one follows. The gap is told already.
            (Ok(Some(_)), Some(_), None) => {}
            (Err(fault), Some(_), _) => self.fault_at(seal, fault),
        }
        self.before = Some(seal.mac);
        self.next = seal.seq.saturating_add(1);
    }

    /// A seal after the end of the chain as its head tells it.
    pub fn beyond(&mut self, seal: &Seal) {
        self.fault_at(seal, SealFault::SealInserted);
    }

    /// A row without a seal.
    pub fn unsealed(&mut self, audit_id: AuditId, at_micros: i64) {
        if audit_id == ROUND_START {
            self.foreign(Some(audit_id));
        } else if self.head_holds && self.head.is_late(at_micros) {
            self.fault(None, Some(audit_id), SealFault::RowInserted);
        } else if at_micros < self.overdue_before {
            let (first, rows) = self.overdue.unwrap_or((audit_id, 0));
            self.overdue = Some((first, rows + 1));
        } else {
            self.found.waiting += 1;
        }
    }

    /// A row without a seal whose id no server makes.
    pub fn foreign(&mut self, audit_id: Option<AuditId>) {
        self.fault(None, audit_id, SealFault::RowOfForeignId);
    }

    /// Ends with the chain: what was found.
    #[must_use]
    pub fn finish(mut self) -> TrailReport {
        let last = self.next - 1;
        if self.head_holds && last < self.head.sealed {
            self.fault(Some(self.next), None, SealFault::SealsCutOff { to: self.head.sealed });
        } else if self.head_holds && last == self.head.sealed {
            self.last_settle();
        }
        self.swapped_find();
        for suspect in std::mem::take(&mut self.suspects) {
            self.fault_at(&suspect.seal, suspect.fault);
        }
        if let Some((first, rows)) = self.overdue {
            self.fault(None, Some(first), SealFault::RowsOverdue { rows });
        }
        self.found.differences.sort_by_key(|difference| difference.seq.unwrap_or(u32::MAX));
        self.found
    }

    /// The key of a seal; none when it is a former one that is not at hand. Whoever gives former ones gives all: otherwise naming
    /// a key that never was would keep a row from being held against its seal.
    fn key_of(&self, seal: &Seal) -> Result<Option<&'a Arc<dyn SealKey>>, SealFault> {
        let key = self.keys.iter().find(|key| key.id() == seal.key_id);
        let fits = match key {
            None => seal.seq <= self.head.former && !self.all_given,
            Some(_) => seal.seq <= self.head.former || seal.key_id == self.head.key_id,
        };
        if fits { Ok(key) } else { Err(SealFault::SealOfAnotherKey) }
    }

    fn hold(&mut self, seal: &Seal, row: RowImage, (key, before): (&dyn SealKey, SealMac), unsure: bool) {
        let mac_after = |before| seal_mac(key, (seal.seq, seal.late), before, &row);
        let computed = mac_after(before);
        let previous = self.suspects.last_mut().filter(|_| unsure);
        if computed == seal.mac {
            // This one was made after the hash that is stored before it, so that is as it was.
            if let Some(previous) = previous {
                previous.fault = SealFault::RowChanged;
            }
            return;
        }
        if let Some(previous) = previous
            && mac_after(previous.computed) == seal.mac
        {
            previous.fault = SealFault::SealChanged;
            return;
        }
        if self.suspects.len() < SUSPECTS_MAX {
            self.suspects.push(Suspect { seal: *seal, row, before, computed, fault: SealFault::RowOrSealChanged });
            self.unsure = true;
        } else {
            self.fault_at(seal, SealFault::RowOrSealChanged);
        }
    }

    /// What the head says of the last seal.
    fn last_settle(&mut self) {
        let stored = self.before.unwrap_or(SealMac::NONE);
        match self.suspects.last_mut().filter(|_| self.unsure) {
            Some(last) if stored == self.head.mac => last.fault = SealFault::RowChanged,
            Some(last) if last.computed == self.head.mac => last.fault = SealFault::SealChanged,
            None if stored != self.head.mac => self.fault(Some(self.next - 1), None, SealFault::SealChanged),
            _ => {}
        }
    }

    /// Finds rows that stand in each other's place: with their contents exchanged, or with the seals pointing at each other's.
    fn swapped_find(&mut self) {
        let swapped = |one: &Suspect| {
            let key = self.keys.iter().find(|key| key.id() == one.seal.key_id)?;
            let fits =
                |row: &RowImage| seal_mac(key.as_ref(), (one.seal.seq, one.seal.late), one.before, row) == one.seal.mac;
            let others = self.suspects.iter().filter(|other| other.seal.seq != one.seal.seq);
            let mut matching =
                others.filter(|other| fits(&other.row) || fits(&RowImage { id: one.row.id, ..other.row.clone() }));
            matching.next().map(|other| SealFault::RowsSwapped { with: other.seal.seq })
        };
        let found: Vec<Option<SealFault>> = self.suspects.iter().map(swapped).collect();
        for (suspect, fault) in self.suspects.iter_mut().zip(found) {
            suspect.fault = fault.unwrap_or(suspect.fault);
        }
    }

    fn fault_at(&mut self, seal: &Seal, fault: SealFault) {
        self.fault(Some(seal.seq), Some(seal.audit_id), fault);
    }

    fn fault(&mut self, seq: Option<u32>, audit_id: Option<AuditId>, fault: SealFault) {
        self.found.differences.push(TrailDifference { business_id: self.head.business_id, seq, audit_id, fault });
    }
}

impl TrailReport {
    /// Takes in what was found in another chain.
    pub fn add(&mut self, other: Self) {
        self.chains += other.chains;
        self.seals += other.seals;
        self.unchecked += other.unchecked;
        self.waiting += other.waiting;
        self.differences.extend(other.differences);
        self.late.extend(other.late);
    }
}

//! Counts of invalidations, by which a copy knows whether it is still current.
//!
//! A tag hashes to one of 65,536 counters. A copy remembers the counts of its tags from before it was read; it is current
//! while they are unchanged. An invalidation is one addition per tag: it scans nothing, and it also reaches the loads that
//! are under way. Two tags in one slot cost needless misses only.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Tag;

/// The counters of one program: 512 KiB.
#[derive(Debug)]
pub(crate) struct Generations {
    slots: Box<[AtomicU64]>,
    all: AtomicU64,
    pushes_missed: AtomicU64,
}

/// The counts of a copy's tags at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    all: u64,
    /// Of the kinds that depend on pushes.
    pushes_missed: Option<u64>,
    slots: Box<[(u16, u64)]>,
}

impl Generations {
    pub(crate) fn new() -> Self {
        Self {
            slots: (0..=u16::MAX).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            pushes_missed: AtomicU64::new(0),
        }
    }

    /// The counts now, for a copy that depends on these tags.
    pub(crate) fn stamp(&self, tags: impl IntoIterator<Item = Tag>, needs_pushes: bool) -> Stamp {
        let counted = |tag: Tag| {
            let slot = tag.slot();
            (slot, self.slot(slot).load(Ordering::Acquire))
        };
        Stamp {
            all: self.all.load(Ordering::Acquire),
            pushes_missed: needs_pushes.then(|| self.pushes_missed.load(Ordering::Acquire)),
            slots: tags.into_iter().map(counted).collect(),
        }
    }

    /// True while nothing that the stamp covers was invalidated.
    pub(crate) fn is_current(&self, stamp: &Stamp) -> bool {
        self.all.load(Ordering::Acquire) == stamp.all
            && stamp.pushes_missed.is_none_or(|missed| self.pushes_missed.load(Ordering::Acquire) == missed)
            && stamp.slots.iter().all(|(slot, count)| self.slot(*slot).load(Ordering::Acquire) == *count)
    }

    pub(crate) fn advance(&self, slot: u16) {
        self.slot(slot).fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn advance_all(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends every copy that depends on pushes.
    pub(crate) fn advance_pushed(&self) {
        self.pushes_missed.fetch_add(1, Ordering::AcqRel);
    }

    /// Every `u16` has a slot, so the other arm is never taken; it would only cost misses.
    fn slot(&self, slot: u16) -> &AtomicU64 {
        self.slots.get(usize::from(slot)).unwrap_or(&self.all)
    }
}

impl Stamp {
    /// The slots of its tags.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u16> + '_ {
        self.slots.iter().map(|(slot, _)| *slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: Tag = Tag::new("user", 1);
    const CARD: Tag = Tag::new("card", 2);

    #[test]
    fn an_invalidated_tag_ends_the_stamps_that_have_it() {
        let generations = Generations::new();
        let both = generations.stamp([USER, CARD], false);
        let user = generations.stamp([USER], false);
        generations.advance(CARD.slot());
        assert!(!generations.is_current(&both));
        assert!(generations.is_current(&user));
        assert!(generations.is_current(&generations.stamp([USER, CARD], false)));
    }

    #[test]
    fn all_ends_every_stamp_and_missed_pushes_end_those_that_need_them() {
        let generations = Generations::new();
        let (fed, pushed) = (generations.stamp([USER], false), generations.stamp([USER], true));
        generations.advance_pushed();
        assert!(generations.is_current(&fed) && !generations.is_current(&pushed));
        generations.advance_all();
        assert!(!generations.is_current(&fed));
    }
}

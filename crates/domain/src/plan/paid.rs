//! Which boxes of a card are paid: one bit a box.

use serde::{Deserialize, Serialize};

/// The set of paid boxes. It is kept on the card's row, so that marking needs no other row of the card; the markings
/// themselves are rows of their own, and `ledger verify` compares the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<u8>", into = "Vec<u8>")]
pub struct PaidBoxes {
    bits: Vec<u8>,
    count: u32,
}

impl From<Vec<u8>> for PaidBoxes {
    fn from(bits: Vec<u8>) -> Self {
        Self::from_bytes(bits)
    }
}

impl From<PaidBoxes> for Vec<u8> {
    fn from(paid: PaidBoxes) -> Self {
        paid.bits
    }
}

impl PaidBoxes {
    /// From the stored bytes: box i is bit i mod 8 of byte i ÷ 8.
    #[must_use]
    pub fn from_bytes(bits: Vec<u8>) -> Self {
        let count = bits.iter().map(|byte| byte.count_ones()).sum();
        let mut paid = Self { bits, count };
        paid.trim();
        paid
    }

    /// Drops empty bytes at the end, so that equal sets have equal bytes.
    fn trim(&mut self) {
        let used = self.bits.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        self.bits.truncate(used);
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bits
    }

    /// How many boxes are paid.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The last paid box, if any is paid.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        let byte = u32::try_from(self.bits.len()).ok()?.checked_sub(1)?;
        let highest = self.bits.last()?.checked_ilog2()?;
        Some(byte * 8 + highest)
    }

    /// Whether a box is paid.
    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        let (byte, bit) = place(index);
        self.bits.get(byte).is_some_and(|bits| bits & bit != 0)
    }

    /// Marks a box paid; `false` when it already was.
    pub fn insert(&mut self, index: u32) -> bool {
        let (byte, bit) = place(index);
        if self.bits.len() <= byte {
            self.bits.resize(byte + 1, 0);
        }
        match self.bits.get_mut(byte) {
            Some(bits) if *bits & bit == 0 => {
                *bits |= bit;
                self.count += 1;
                true
            }
            _ => false,
        }
    }

    /// Reopens a box; `false` when it was not paid.
    pub fn remove(&mut self, index: u32) -> bool {
        let (byte, bit) = place(index);
        match self.bits.get_mut(byte) {
            Some(bits) if *bits & bit != 0 => {
                *bits &= !bit;
                self.count -= 1;
                self.trim();
                true
            }
            _ => false,
        }
    }

    /// The first unpaid box at or after `from`. There is always one: boxes past the card's end count as unpaid.
    #[must_use]
    pub fn first_unpaid(&self, from: u32) -> u32 {
        let mut index = from;
        while self.contains(index) {
            let whole = index.is_multiple_of(8) && self.bits.get(place(index).0) == Some(&0xff);
            index += if whole { 8 } else { 1 };
        }
        index
    }
}

fn place(index: u32) -> (usize, u8) {
    (usize::try_from(index / 8).unwrap_or(usize::MAX - 1), 1 << (index % 8))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(changes in prop::collection::vec((any::<bool>(), 0_u32..100), 0..200), from in 0_u32..110) {
            let (mut paid, mut model) = (PaidBoxes::default(), BTreeSet::new());
            for (insert, index) in changes {
                if insert {
                    prop_assert_eq!(paid.insert(index), model.insert(index));
                } else {
                    prop_assert_eq!(paid.remove(index), model.remove(&index));
                }
            }
            prop_assert_eq!(paid.count(), u32::try_from(model.len()).unwrap());
            prop_assert_eq!(paid.last(), model.last().copied());
            prop_assert_eq!(paid.first_unpaid(from), (from..).find(|index| !model.contains(index)).unwrap());
            prop_assert!((0..110).all(|index| paid.contains(index) == model.contains(&index)));
            let stored = PaidBoxes::from_bytes(paid.as_bytes().to_vec());
            prop_assert_eq!(&stored, &paid);
            // However the set came about, equal sets are equal.
            let mut again = PaidBoxes::default();
            for index in model {
                again.insert(index);
            }
            prop_assert_eq!(again, paid);
        }
    }
}

//! The amounts of a card's boxes, run-length encoded: a daily plan is one run, a target plan two.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::BOXES_MAX;
use crate::money::{Money, MoneyError};
use crate::refusal::Refusal;

/// Boxes in a row that have the same amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoxRun {
    /// How many boxes.
    pub count: u32,
    /// The amount of each.
    pub amount: Money,
}

/// The amounts of all boxes of a card, in order of days. Neighbouring runs differ in amount; no run is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoxRuns(Vec<BoxRun>);

impl BoxRuns {
    /// Joins runs of equal amounts and drops empty ones.
    #[must_use]
    pub fn new(runs: impl IntoIterator<Item = BoxRun>) -> Self {
        let mut joined = Self::default();
        for run in runs {
            joined.push(run);
        }
        joined
    }

    /// Spreads a sum over `count` boxes: equal shares rounded down to the kobo, the last one takes the remainder.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when a share would be less than a kobo.
    pub fn spread(sum: Money, count: u32) -> Result<Self, Refusal> {
        let too_small = || Refusal::field("target_amount", "out_of_range", "must be at least 0.01 for each day");
        let share = sum.share_of(count).filter(|share| *share > Money::ZERO).ok_or_else(too_small)?;
        let before_last = count.saturating_sub(1);
        let last = sum.minus(share.times(before_last)?)?;
        Ok(Self::new([BoxRun { count: before_last, amount: share }, BoxRun { count: 1, amount: last }]))
    }

    /// Adds boxes at the end.
    pub fn push(&mut self, run: BoxRun) {
        match self.0.last_mut() {
            _ if run.count == 0 => {}
            Some(last) if last.amount == run.amount => last.count += run.count,
            _ => self.0.push(run),
        }
    }

    /// How many boxes there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.0.iter().map(|run| run.count).sum()
    }

    /// Whether there are no boxes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The amount of one box. `None` past the last.
    #[must_use]
    pub fn amount_at(&self, index: u32) -> Option<Money> {
        let mut before = 0;
        for run in &self.0 {
            before += run.count;
            if index < before {
                return Some(run.amount);
            }
        }
        None
    }

    /// What all boxes cost together.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.0.iter().try_fold(Money::ZERO, |sum, run| sum.plus(run.amount.times(run.count)?))
    }

    /// The amounts of a range of boxes, in order of days; what lies past the last box is left out.
    pub fn amounts(&self, range: Range<u32>) -> impl Iterator<Item = (u32, Money)> + '_ {
        let mut first = 0;
        self.0.iter().flat_map(move |run| {
            let (from, to) = (first.max(range.start), (first + run.count).min(range.end));
            first += run.count;
            (from..to.max(from)).map(|index| (index, run.amount))
        })
    }
}

impl fmt::Display for BoxRuns {
    /// The stored form: `90x109890,1x109900` (count, kobo).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, run) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_char(',')?;
            }
            write!(f, "{}x{}", run.count, run.amount.kobo())?;
        }
        Ok(())
    }
}

/// A stored text is not a list of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of box runs")]
pub struct InvalidBoxRuns;

impl FromStr for BoxRuns {
    type Err = InvalidBoxRuns;

    /// Reads the stored form: at least one box, [`BOXES_MAX`] at most, each of a positive amount.
    fn from_str(text: &str) -> Result<Self, InvalidBoxRuns> {
        let mut runs = Self::default();
        let mut boxes = 0_u32;
        for part in text.split(',') {
            let run = run_of(part).ok_or(InvalidBoxRuns)?;
            boxes = boxes.saturating_add(run.count);
            if boxes > BOXES_MAX {
                return Err(InvalidBoxRuns);
            }
            runs.push(run);
        }
        Ok(runs)
    }
}

impl Serialize for BoxRuns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BoxRuns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

fn run_of(part: &str) -> Option<BoxRun> {
    let (count, kobo) = part.split_once('x')?;
    let run = BoxRun { count: count.parse().ok()?, amount: Money::from_kobo(kobo.parse().ok()?) };
    (run.count > 0 && run.amount > Money::ZERO).then_some(run)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stored_text_that_is_no_plan_is_refused() {
        for text in
            ["", "x", "1", "0x100", "1x", "1x0", "1x-5", "3661x1", "3660x1,1x2", "4294967295x1,1x1", "1x1,", "-1x1"]
        {
            assert_eq!(text.parse::<BoxRuns>(), Err(InvalidBoxRuns), "{text}");
        }
        assert_eq!("3659x1,1x2".parse::<BoxRuns>().map(|runs| runs.len()), Ok(3_660));
    }

    proptest! {
        #[test]
        fn spread_sums_to_the_sum(kobo in 4_000_i64..1_000_000_000_000, count in 1_u32..3_660) {
            let runs = BoxRuns::spread(Money::from_kobo(kobo), count).unwrap();
            prop_assert_eq!(runs.len(), count);
            prop_assert_eq!(runs.total().unwrap(), Money::from_kobo(kobo));
            prop_assert_eq!(Money::sum(runs.amounts(0..count).map(|(_, amount)| amount)).unwrap(), Money::from_kobo(kobo));
            prop_assert_eq!(runs.to_string().parse(), Ok(runs));
        }

        #[test]
        fn amounts_of_a_range_are_those_of_its_boxes(
            parts in prop::collection::vec((0_u32..9, 1_i64..4), 1..8), from in 0_u32..40, width in 0_u32..40,
        ) {
            let runs = BoxRuns::new(parts.iter().map(|&(count, kobo)| BoxRun { count, amount: Money::from_kobo(kobo) }));
            let listed: Vec<_> = runs.amounts(from..from + width).collect();
            let expected: Vec<_> =
                (from..from + width).filter_map(|index| runs.amount_at(index).map(|amount| (index, amount))).collect();
            prop_assert_eq!(listed, expected);
        }
    }
}

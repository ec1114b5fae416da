//! Who pays how much on which day. It is known before anything is recorded, so routes need not wait for each other.

use super::DAYS;
use super::settling::{LargeBusiness, RouteCard};

/// So many boxes a card's customer pays on a day of the trade (from 1): all since his last visit, when it is his day.
pub(super) const fn boxes_due(card: &RouteCard, day: u32) -> u32 {
    if !(day + card.phase).is_multiple_of(card.every) {
        0
    } else if day < card.every {
        day
    } else {
        card.every
    }
}

/// When it is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enough {
    /// The last day, from 1.
    pub last_day: u32,
    /// Boxes that each route pays on it, in the order of businesses and routes.
    pub on_last_day: Vec<u64>,
}

/// How long it takes until so many boxes are paid. Of the last day the first routes are taken. When there are not enough cards it
/// ends with the trade.
pub(super) fn enough(businesses: &[LargeBusiness], markings: u64) -> Enough {
    let of_day = |day: u32| {
        let routes = businesses.iter().flat_map(|business| &business.routes);
        routes.map(move |route| route.cards.iter().map(|card| u64::from(boxes_due(card, day))).sum::<u64>())
    };
    let mut left = markings;
    for day in 1..DAYS {
        let all: u64 = of_day(day).sum();
        if all >= left {
            return Enough { last_day: day, on_last_day: shares(of_day(day), left) };
        }
        left -= all;
    }
    Enough { last_day: DAYS, on_last_day: shares(of_day(DAYS), left) }
}

fn shares(all: impl Iterator<Item = u64>, mut left: u64) -> Vec<u64> {
    let share = |boxes: u64| {
        let taken = boxes.min(left);
        left -= taken;
        taken
    };
    all.map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_pays_all_since_the_last_one() {
        for every in [1, 3, 7, 14] {
            for phase in 0..14 {
                let mut paid = 0;
                for day in 1..=DAYS {
                    let boxes = super::super::settling::card_for_tests(every, phase, |card| boxes_due(card, day));
                    assert!(boxes == 0 || paid + boxes == day, "every {every}, phase {phase}, day {day}");
                    paid += boxes;
                }
                assert!(DAYS - paid < every, "every {every}, phase {phase}");
            }
        }
    }

    #[test]
    fn of_the_last_day_the_first_routes_are_taken() {
        assert_eq!(shares([3, 4, 5].into_iter(), 6), [3, 3, 0]);
    }
}

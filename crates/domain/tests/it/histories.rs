//! Random histories of a business with several cards. The desk audits the books after every step, decides everything
//! twice, and what is refused leaves the books as they were.

use std::collections::BTreeMap;

use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::savings::PlanRequest;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::desk::Desk;
use super::history_command::{Command, any_command, any_opening};

type History = ((PlanRequest, CommissionRequest), Vec<(PlanRequest, CommissionRequest)>, Vec<Command>);

fn any_history() -> impl Strategy<Value = History> {
    (any_opening(), prop::collection::vec(any_opening(), 0..3), prop::collection::vec(any_command(), 1..120))
}

/// How often commands of a kind were accepted and refused.
type Counts = BTreeMap<&'static str, (u32, u32)>;

fn live_through((first, others, commands): &History, counts: &mut Counts) {
    let mut desk = Desk::new();
    desk.policy.partial_payout = true;
    for (plan, commission) in std::iter::once(first).chain(others) {
        // Some terms are out of range for some plans; the plan's own box never is.
        let opened = desk.open_with(*plan, *commission);
        if opened.is_err() {
            desk.open(*plan);
        }
    }
    let mut before: Option<&Command> = None;
    for command in commands {
        let given = if matches!(command, Command::Repeat) { before } else { Some(command) };
        let Some(given) = given else { continue };
        let books = desk.books.fingerprint();
        let (accepted, refused) = counts.entry(given.kind()).or_default();
        match given.carry_out(&mut desk) {
            Ok(true) => *accepted += 1,
            Ok(false) => {}
            Err(_) => {
                *refused += 1;
                assert_eq!(books, desk.books.fingerprint(), "what is refused changes nothing");
            }
        }
        before = Some(given);
    }
}

proptest! {
    // As many as a minute allows; PROPTEST_CASES chooses another number.
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_books_hold_whatever_happens(history in any_history()) {
        live_through(&history, &mut Counts::new());
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000)
}

#[test]
fn histories_reach_every_kind_of_command_accepted_and_refused() {
    let mut runner = TestRunner::deterministic();
    let mut counts = Counts::new();
    for _ in 0..128 {
        live_through(&any_history().new_tree(&mut runner).unwrap().current(), &mut counts);
    }
    assert_eq!(counts.len(), 22, "{counts:?}");
    for (kind, (accepted, refused)) in &counts {
        assert!(*accepted > 0, "{kind} was never accepted: {counts:?}");
        assert!(*refused > 0 || ["next day", "mature"].contains(kind), "{kind} was never refused: {counts:?}");
    }
}

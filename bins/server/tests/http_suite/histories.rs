//! Random histories through HTTP. The same operations are carried out on the domain's own books; after each history the server
//! tells the same of every card, schedule, contribution, payment request and account. Both engines are held against the same
//! books, so they end in the same state as each other.

mod compare;
mod player;

use ofektom_testkit::{TestDb, on_both_engines};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use self::player::Player;
use crate::model::history_command::{any_command, any_opening};

const HISTORIES: usize = 20;
const COMMANDS: usize = 40;

on_both_engines!(the_server_lives_as_the_domain_does);

async fn the_server_lives_as_the_domain_does(db: TestDb) {
    let any_history = (prop::collection::vec(any_opening(), 1..4), prop::collection::vec(any_command(), COMMANDS));
    // The same seed on both engines: the same histories.
    let mut runner = TestRunner::deterministic();
    let mut player = Player::new(db).await;
    for _ in 0..HISTORIES {
        let (openings, commands) = any_history.new_tree(&mut runner).unwrap().current();
        player.next_day().await;
        for (plan, commission) in openings {
            player.open(plan, commission).await;
        }
        for command in commands {
            player.play(&command).await;
        }
        compare::all_is_the_same(&player).await;
    }
    let report = player.stage.app.system.app.ledger_verify(&|_, _| {}).await.unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    assert!(player.accepted > 200 && player.refused > 200, "{} accepted, {} refused", player.accepted, player.refused);
}

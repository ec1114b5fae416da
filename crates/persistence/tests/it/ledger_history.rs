//! Random histories of a business, after which the books are right and every card reads as its last answer said.

use jiff::civil::date;
use ofektom_domain::contribution::{ContributionItem, ContributionMethod};
use ofektom_domain::ids::{ContributionId, PaymentRequestId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::ports::{CardRef, StoreError, StoreResult};
use ofektom_domain::savings::{PlanRequest, SavingsAccount, SavingsChange};
use ofektom_testkit::{TestDb, on_both_engines};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::desk::{Desk, daily, fresh, naira};

const HISTORIES: usize = 4;
const COMMANDS: usize = 60;

on_both_engines!(random_histories_keep_the_books_right);

/// A command with its choices open: an index picks among what there is when it is carried out.
#[derive(Clone, Debug)]
enum Command {
    Post { card: Index, amount: i64, named: Option<u32>, online: bool },
    Bulk { cards: Vec<(Index, i64)>, all_or_nothing: bool },
    Reverse { contribution: Index },
    Change { card: Index, change: SavingsChange },
    File { card: Index },
    Decide { request: Index, decision: PayoutDecision },
}

fn command() -> impl Strategy<Value = Command> {
    let amount = || prop_oneof![8 => 1_i64..80_000, 4 => Just(50_000_i64), 1 => 2_000_000_i64..4_000_000];
    let card = any::<Index>;
    let change = prop_oneof![
        1 => Just(SavingsChange::End),
        2 => (1_u32..3).prop_map(|months| SavingsChange::Extend { months }),
        1 => Just(SavingsChange::Cancel),
    ];
    let text = || "because".to_owned();
    let decision = prop_oneof![
        4 => Just(PayoutDecision::Approve),
        3 => Just(PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None }),
        1 => Just(PayoutDecision::Reject { reason: text() }),
        1 => Just(PayoutDecision::Cancel),
        2 => any::<bool>().prop_map(move |is_final| PayoutDecision::Fail { reason: text(), is_final }),
    ];
    prop_oneof![
        8 => (card(), amount(), proptest::option::of(0_u32..80), any::<bool>())
            .prop_map(|(card, amount, named, online)| Command::Post { card, amount, named, online }),
        3 => (prop::collection::vec((card(), amount()), 1..12), any::<bool>())
            .prop_map(|(cards, all_or_nothing)| Command::Bulk { cards, all_or_nothing }),
        4 => card().prop_map(|contribution| Command::Reverse { contribution }),
        2 => (card(), change).prop_map(|(card, change)| Command::Change { card, change }),
        4 => card().prop_map(|card| Command::File { card }),
        6 => (card(), decision).prop_map(|(request, decision)| Command::Decide { request, decision }),
    ]
}

/// What a history has made so far.
struct History<'a> {
    desk: &'a Desk,
    cards: Vec<SavingsAccount>,
    contributions: Vec<ContributionId>,
    requests: Vec<PaymentRequestId>,
    accepted: usize,
}

async fn random_histories_keep_the_books_right(test: TestDb) {
    let desk = Desk::open(&test).await;
    let mut runner = TestRunner::deterministic();
    let mut accepted = 0;
    for _ in 0..HISTORIES {
        let mut cards = Vec::new();
        let target =
            |end_date| PlanRequest::Target { target_amount: naira(1_000), start_date: date(2025, 3, 1), end_date };
        for plan in [daily(500, 3), daily(1_000, 1), daily(200, 2), target(date(2025, 3, 7)), target(date(2025, 5, 1))]
        {
            cards.push(desk.open_card(plan).await);
        }
        let mut history = History { desk: &desk, cards, contributions: Vec::new(), requests: Vec::new(), accepted: 0 };
        for step in 0..COMMANDS {
            let command = command().new_tree(&mut runner).unwrap().current();
            history.carry_out(&command).await;
            if step % 20 == 0 {
                desk.books_are_right().await;
            }
        }
        desk.books_are_right().await;
        accepted += history.accepted;
    }
    assert!(accepted > HISTORIES * COMMANDS / 3, "only {accepted} commands were accepted");
}

impl History<'_> {
    async fn carry_out(&mut self, command: &Command) {
        let desk = self.desk;
        match command {
            Command::Post { card, amount, named, online } => {
                let card = card.get(&self.cards).clone();
                let item = ContributionItem {
                    boxes: named.map(|index| card.plan.date_of(index)).into_iter().collect(),
                    method: if *online { ContributionMethod::Card } else { ContributionMethod::Cash },
                    ..desk.cash(Money::from_kobo(*amount))
                };
                if let Some(answer) = accepted(desk.post(card.id, item).await) {
                    self.receipt_holds(fresh(Ok(answer)).contribution).await;
                }
            }
            Command::Bulk { cards, all_or_nothing } => {
                let item = |(card, amount): &(Index, i64)| {
                    desk.bulk_item(CardRef::Tracking(card.get(&self.cards).tracking_number), Money::from_kobo(*amount))
                };
                let outcome = desk.bulk(cards.iter().map(item).collect(), *all_or_nothing).await;
                if outcome.written {
                    let posted: Vec<_> = outcome.results.into_iter().flatten().map(|it| it.contribution).collect();
                    self.contributions.extend(posted.iter().map(|contribution| contribution.id));
                    self.accepted += usize::from(!posted.is_empty());
                }
            }
            Command::Reverse { contribution } if !self.contributions.is_empty() => {
                let id = *contribution.get(&self.contributions);
                if let Some(answer) = accepted(desk.reverse(id, desk.agent).await) {
                    self.receipt_holds(fresh(Ok(answer)).contribution).await;
                }
            }
            Command::Change { card, change } => {
                let id = card.get(&self.cards).id;
                if let Some(changed) = accepted(desk.change(id, *change).await) {
                    assert_eq!(desk.card(id).await, changed);
                    self.accepted += 1;
                }
            }
            Command::File { card } => {
                if let Some(answer) = accepted(desk.file(card.get(&self.cards).id).await) {
                    self.requests.push(fresh(Ok(answer)).id);
                    self.accepted += 1;
                }
            }
            Command::Decide { request, decision } if !self.requests.is_empty() => {
                let decided = desk.decide(*request.get(&self.requests), decision.clone(), desk.agent).await;
                self.accepted += usize::from(accepted(decided).is_some());
            }
            Command::Reverse { .. } | Command::Decide { .. } => {}
        }
    }

    /// The card is as the receipt says.
    async fn receipt_holds(&mut self, contribution: ofektom_domain::contribution::Contribution) {
        let card = self.desk.card(contribution.savings_account_id).await;
        assert_eq!((card.credit, card.balance), (contribution.credit_after, contribution.balance_after));
        self.contributions.push(contribution.id);
        self.accepted += 1;
    }
}

/// The answer, unless the rules refused the command. Nothing else may go wrong.
fn accepted<T: std::fmt::Debug>(answer: StoreResult<T>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(StoreError::Refused(_)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

//! Random commands of a business, and how each is carried out on the books.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::contribution::{ContributionItem, ContributionMethod};
use ofektom_domain::ids::{ContributionId, PaymentRequestId, RoundId, SavingsAccountId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{Destination, DestinationChoice, DisburseMethod, FilePayout, PayoutDecision};
use ofektom_domain::plan::PlanKind;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{PlanRequest, SavingsChange, SavingsEdit};
use proptest::prelude::*;
use proptest::sample::Index;

use super::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, Desk, OTHER_COLLECTOR, Person, bank_account};

/// A command with its choices open: an index picks among what there is when it is carried out.
#[derive(Clone, Debug)]
pub enum Command {
    /// Quarters of a box and some kobo, for named boxes or the oldest.
    Post {
        card: Index,
        quarters: i64,
        kobo: i64,
        boxes: Vec<u32>,
        method: ContributionMethod,
        /// Collected so many days ago.
        days_ago: i64,
        who: Person,
    },
    /// As much as the card still takes, and some kobo more.
    FillUp {
        card: Index,
        over: i64,
    },
    Reverse {
        contribution: Index,
        who: Person,
    },
    Change {
        card: Index,
        change: SavingsChange,
    },
    Renew {
        card: Index,
    },
    File {
        card: Index,
        quarters: Option<i64>,
        to_bank: bool,
        who: Person,
    },
    Decide {
        request: Index,
        decision: PayoutDecision,
        who: Person,
    },
    Disburse {
        request: Index,
        /// From whose cash, when it is not that of who records it.
        payer: Option<Person>,
        who: Person,
    },
    /// Counts the cash up to a day, with so much more or less than there should be.
    CloseRound {
        days_ago: i64,
        over: i64,
        who: Person,
    },
    /// Takes over what was counted, less so many kobo.
    AcceptRound {
        round: Index,
        kept_back: i64,
    },
    ReopenRound {
        round: Index,
    },
    /// The job that completes what has matured.
    Mature,
    /// Another business day.
    NextDay,
    /// The command before, once more.
    Repeat,
}

impl Command {
    /// The kind of the command, to count.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Post { boxes, .. } if boxes.is_empty() => "post",
            Self::Post { .. } => "post named boxes",
            Self::FillUp { .. } => "fill up",
            Self::Reverse { .. } => "reverse",
            Self::Change { change, .. } => change.verb(),
            Self::Renew { .. } => "renew",
            Self::File { quarters: None, .. } => "file",
            Self::File { .. } => "file a part",
            Self::Decide { decision: PayoutDecision::Fail { is_final: true, .. }, .. } => "fail for good",
            Self::Decide { decision, .. } => decision.verb(),
            Self::Disburse { .. } => "disburse",
            Self::CloseRound { .. } => "close round",
            Self::AcceptRound { .. } => "accept round",
            Self::ReopenRound { .. } => "reopen round",
            Self::Mature => "mature",
            Self::NextDay => "next day",
            Self::Repeat => "repeat",
        }
    }

    /// Carries the command out. `Ok(false)` when there is nothing yet that it could be about.
    pub fn carry_out(&self, desk: &mut Desk) -> Result<bool, Refusal> {
        match self {
            Self::Post { card, quarters, kobo, boxes, method, days_ago, who } => {
                let card = pick_card(desk, card);
                let plan = &desk.card(card).plan;
                let amount = Money::from_kobo(plan.box_amount().kobo() * quarters / 4 + kobo);
                let boxes = boxes.iter().map(|index| plan.date_of(*index)).collect();
                let collected_on = desk.today - days_ago.days();
                let made = desk.cash(amount);
                let item = ContributionItem { boxes, method: *method, collected_on, collected_by: who.id, ..made };
                desk.post(card, &item).map(|_| true)
            }
            Self::FillUp { card, over } => {
                let card = pick_card(desk, card);
                let state = desk.card(card);
                let left = state.plan.boxes.total()?.minus(state.collected)?;
                desk.pay(card, left.plus(Money::from_kobo(*over))?).map(|_| true)
            }
            Self::Reverse { contribution, who } => {
                let Some(id) = pick_contribution(desk, contribution) else { return Ok(false) };
                desk.reverse(id, *who).map(|_| true)
            }
            Self::Change { card, change } => desk.change(pick_card(desk, card), *change).map(|()| true),
            Self::Renew { card } => desk.renew(pick_card(desk, card), desk.today).map(|_| true),
            Self::File { card, quarters, to_bank, who } => {
                let card = pick_card(desk, card);
                let amount = quarters.map(|quarters| Money::from_kobo(desk.card(card).balance.kobo() * quarters / 4));
                let account = to_bank.then(bank_account);
                let destination = account
                    .as_ref()
                    .map_or(DestinationChoice::Cash, |account| DestinationChoice::BankAccount(account.id));
                let reason = (who.id != CUSTOMER.id).then(|| "asked by phone".to_owned());
                desk.file(card, &FilePayout { destination, amount, reason }, account.as_ref(), *who).map(|_| true)
            }
            Self::Decide { request, decision, who } => {
                let Some(id) = pick_request(desk, request) else { return Ok(false) };
                desk.payout(id, decision, *who).map(|_| true)
            }
            Self::Disburse { request, payer, who } => {
                let Some(id) = pick_request(desk, request) else { return Ok(false) };
                let method = match desk.books.requests[&id].destination {
                    Destination::Cash => DisburseMethod::Cash,
                    Destination::Bank { .. } => DisburseMethod::BankTransfer,
                };
                let decision = PayoutDecision::Disburse {
                    method,
                    reference: Some("FT25015".to_owned()),
                    paid_by: payer.map(|payer| payer.id),
                };
                desk.payout(id, &decision, *who).map(|_| true)
            }
            Self::CloseRound { days_ago, over, who } => {
                desk.close_round(*who, desk.today - days_ago.days(), Money::from_kobo(*over)).map(|_| true)
            }
            Self::AcceptRound { round, kept_back } => {
                let Some(id) = pick_round(desk, round) else { return Ok(false) };
                let handed_in = desk.books.rounds[&id].counted.minus(Money::from_kobo(*kept_back))?;
                desk.accept_round(id, Some(handed_in)).map(|_| true)
            }
            Self::ReopenRound { round } => {
                let Some(id) = pick_round(desk, round) else { return Ok(false) };
                desk.reopen_round(id).map(|_| true)
            }
            Self::Mature => Ok(desk.mature() > 0),
            Self::NextDay => {
                desk.today += 1.day();
                Ok(true)
            }
            Self::Repeat => Ok(false),
        }
    }
}

fn pick_card(desk: &Desk, index: &Index) -> SavingsAccountId {
    **index.get(&desk.books.cards.keys().collect::<Vec<_>>())
}

fn pick_contribution(desk: &Desk, index: &Index) -> Option<ContributionId> {
    let ids: Vec<ContributionId> = desk.books.contributions.keys().copied().collect();
    (!ids.is_empty()).then(|| *index.get(&ids))
}

fn pick_request(desk: &Desk, index: &Index) -> Option<PaymentRequestId> {
    let ids: Vec<PaymentRequestId> = desk.books.requests.keys().copied().collect();
    (!ids.is_empty()).then(|| *index.get(&ids))
}

fn pick_round(desk: &Desk, index: &Index) -> Option<RoundId> {
    let ids: Vec<RoundId> = desk.books.rounds.keys().copied().collect();
    (!ids.is_empty()).then(|| *index.get(&ids))
}

/// A card to open: daily or target, starting around a month's end, under any commission terms.
pub fn any_opening() -> impl Strategy<Value = (PlanRequest, CommissionRequest)> {
    (any_plan(), any_commission())
}

/// A plan of a few days to three months.
pub fn any_plan() -> impl Strategy<Value = PlanRequest> {
    let start = (0_i64..40).prop_map(|days| date(2024, 12, 28) + days.days());
    prop_oneof![
        (1_i64..200_000, 1_u32..=3, start.clone()).prop_map(|(kobo, months, start_date)| PlanRequest::Daily {
            box_amount: Money::from_kobo(kobo),
            months,
            start_date,
        }),
        (100_i64..20_000_000, 0_i64..70, start).prop_map(|(kobo, days, start_date): (_, _, Date)| {
            let end_date = start_date + days.days();
            PlanRequest::Target { target_amount: Money::from_kobo(kobo), start_date, end_date }
        }),
    ]
}

fn any_commission() -> impl Strategy<Value = CommissionRequest> {
    let amount = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Money::ZERO)),
        2 => (1_i64..100).prop_map(|kobo| Some(Money::from_kobo(kobo))),
    ];
    let period = prop_oneof![
        3 => Just(CommissionPeriod::Monthly),
        2 => (1_u32..40).prop_map(CommissionPeriod::Days),
    ];
    (amount, period).prop_map(|(amount, period)| CommissionRequest { amount, period })
}

fn any_of(people: &[Person]) -> impl Strategy<Value = Person> {
    prop::sample::select(people.to_vec())
}

fn any_post() -> impl Strategy<Value = Command> {
    let boxes = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(0_u32..45, 1..4)];
    let method = prop_oneof![3 => Just(ContributionMethod::Cash), 1 => Just(ContributionMethod::BankTransfer)];
    let who = any_of(&[COLLECTOR, OTHER_COLLECTOR, ADMIN]);
    let days_ago = prop_oneof![4 => Just(0_i64), 1 => 1_i64..4];
    (any::<Index>(), 0_i64..40, 0_i64..3, boxes, method, days_ago, who).prop_map(
        |(card, quarters, kobo, boxes, method, days_ago, who)| Command::Post {
            card,
            quarters,
            kobo,
            boxes,
            method,
            days_ago,
            who,
        },
    )
}

/// A change of some fields: of a kind that the card may be, or of terms that may be fixed by now.
fn any_edit() -> impl Strategy<Value = SavingsEdit> {
    let amount = || prop::option::of((1_i64..200_000).prop_map(Money::from_kobo));
    let day = || prop::option::of((0_i64..120).prop_map(|days| date(2024, 12, 28) + days.days()));
    let none = SavingsEdit::default();
    prop_oneof![
        4 => (amount(), prop::option::of(1_u32..5))
            .prop_map(move |(box_amount, months)| SavingsEdit { box_amount, months, ..none }),
        4 => (amount(), day()).prop_map(move |(target_amount, end_date)| SavingsEdit { target_amount, end_date, ..none }),
        1 => day().prop_map(move |start_date| SavingsEdit { start_date, ..none }),
        1 => any_commission().prop_map(move |commission| SavingsEdit { commission: Some(commission), ..none }),
        1 => any_plan().prop_map(|plan| match plan {
            PlanRequest::Daily { box_amount, months, start_date } => SavingsEdit {
                kind: Some(PlanKind::Daily),
                box_amount: Some(box_amount),
                months: Some(months),
                start_date: Some(start_date),
                ..SavingsEdit::default()
            },
            PlanRequest::Target { target_amount, start_date, end_date } => SavingsEdit {
                kind: Some(PlanKind::Target),
                target_amount: Some(target_amount),
                start_date: Some(start_date),
                end_date: Some(end_date),
                ..SavingsEdit::default()
            },
        }),
    ]
    // A change that names nothing is refused before anything is decided.
    .prop_map(move |edit| if edit == none { SavingsEdit { months: Some(1), ..none } } else { edit })
}

fn any_change() -> impl Strategy<Value = SavingsChange> {
    let extend = (1_u32..3).prop_map(|months| SavingsChange::Extend { months });
    let edit = any_edit().prop_map(SavingsChange::Edit);
    prop_oneof![2 => extend, 3 => edit, 2 => Just(SavingsChange::End), 1 => Just(SavingsChange::Cancel)]
}

fn any_decision() -> impl Strategy<Value = PayoutDecision> {
    let reason = || "bank is down".to_owned();
    prop_oneof![
        6 => Just(PayoutDecision::Approve),
        1 => Just(PayoutDecision::Reject { reason: reason() }),
        1 => Just(PayoutDecision::Cancel),
        1 => Just(PayoutDecision::Fail { reason: reason(), is_final: false }),
        1 => Just(PayoutDecision::Fail { reason: reason(), is_final: true }),
    ]
}

fn any_closing() -> impl Strategy<Value = Command> {
    let over = prop_oneof![4 => Just(0_i64), 1 => -100_000_i64..0, 1 => 1_i64..10_000];
    let days_ago = prop_oneof![3 => Just(0_i64), 2 => 1_i64..3];
    (days_ago, over, any_of(&[COLLECTOR, COLLECTOR, OTHER_COLLECTOR, ADMIN]))
        .prop_map(|(days_ago, over, who)| Command::CloseRound { days_ago, over, who })
}

/// Any command, the frequent ones of a business more often.
pub fn any_command() -> impl Strategy<Value = Command> {
    let index = any::<Index>;
    let staff = || any_of(&[AGENT, ADMIN]);
    prop_oneof![
        12 => any_post(),
        2 => (index(), 0_i64..2).prop_map(|(card, over)| Command::FillUp { card, over }),
        5 => (index(), any_of(&[AGENT, AGENT, COLLECTOR])).prop_map(|(contribution, who)| Command::Reverse { contribution, who }),
        4 => (index(), any_change()).prop_map(|(card, change)| Command::Change { card, change }),
        1 => index().prop_map(|card| Command::Renew { card }),
        4 => (index(), prop::option::of(0_i64..6), any::<bool>(), any_of(&[CUSTOMER, AGENT]))
            .prop_map(|(card, quarters, to_bank, who)| Command::File { card, quarters, to_bank, who }),
        6 => (index(), any_decision(), staff()).prop_map(|(request, decision, who)| Command::Decide { request, decision, who }),
        4 => (index(), prop::option::weighted(0.2, Just(COLLECTOR)), staff())
            .prop_map(|(request, payer, who)| Command::Disburse { request, payer, who }),
        2 => any_closing(),
        2 => (index(), prop_oneof![2 => Just(0_i64), 1 => 0_i64..100_000])
            .prop_map(|(round, kept_back)| Command::AcceptRound { round, kept_back }),
        1 => index().prop_map(|round| Command::ReopenRound { round }),
        1 => Just(Command::Mature),
        2 => Just(Command::NextDay),
        3 => Just(Command::Repeat),
    ]
}

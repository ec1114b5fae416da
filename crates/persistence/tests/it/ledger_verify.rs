//! Verifying the books: nothing is found where all is right, and each kind of corruption is found.

use std::collections::BTreeSet;
use std::sync::Mutex;

use ofektom_domain::ids::{ContributionId, EntryId, PaymentRequestId, RoundId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::ports::LedgerStore;
use ofektom_domain::savings::{SavingsAccount, SavingsChange};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, daily, fresh, naira};
use crate::fixture::World;
use crate::raw::Raw;
use crate::rounds::{accept, close};

on_both_engines!(right_books_are_found_right, each_corruption_is_found, verifying_goes_on_beside_the_trade);

/// Books with something of everything.
struct Shown {
    desk: Desk,
    raw: Raw,
    paid: SavingsAccount,
    card: SavingsAccount,
    contribution: ContributionId,
    entry: EntryId,
    open_request: PaymentRequestId,
    paid_request: PaymentRequestId,
    round: RoundId,
    waiting: RoundId,
    paying: RoundId,
}

async fn shown(test: &TestDb) -> Shown {
    let desk = Desk::open(test).await;
    let card = desk.open_card(daily(500, 3)).await;
    let contribution = desk.pay(card.id, naira(1_250)).await.contribution;
    let reversed = desk.pay(card.id, naira(500)).await.contribution.id;
    fresh(desk.reverse(reversed, desk.agent).await);
    let mut requests = Vec::new();
    let mut cards = Vec::new();
    for _ in 0..2 {
        let ended = desk.open_card(daily(500, 3)).await;
        desk.pay(ended.id, naira(5_000)).await;
        cards.push(desk.change(ended.id, SavingsChange::End).await.unwrap());
        requests.push(fresh(desk.file(ended.id).await).id);
    }
    fresh(desk.decide(requests[0], PayoutDecision::Approve, desk.agent).await);
    let in_cash = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    fresh(desk.decide(requests[0], in_cash, desk.agent).await);
    let round = fresh(close(&desk, desk.collector, naira(9_000)).await).id;
    fresh(accept(&desk, round, Some(naira(8_000))).await);
    let waiting = fresh(close(&desk, desk.admin, Money::ZERO).await).id;
    let paying = fresh(close(&desk, desk.agent, Money::ZERO).await).id;
    let raw = Raw::open(test).await;
    raw.append_only_drop().await;
    Shown {
        paid: cards[0].clone(),
        card,
        contribution: contribution.id,
        entry: contribution.entry_id,
        open_request: requests[1],
        paid_request: requests[0],
        round,
        waiting,
        paying,
        desk,
        raw,
    }
}

async fn right_books_are_found_right(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    for desk in [&desk, &other] {
        let card = desk.open_card(daily(500, 3)).await;
        desk.pay(card.id, naira(700)).await;
    }
    let steps = Mutex::new(Vec::new());
    let report = desk.ledger.ledger_verify(&|done, all| steps.lock().unwrap().push((done, all))).await.unwrap();
    assert_eq!(report.differences, []);
    assert_eq!((report.businesses, report.cards, report.entries), (2, 2, 4));
    assert_eq!(*steps.lock().unwrap(), [(0, 2), (1, 2), (2, 2)]);
}

/// What is wrong, and which checks must say so.
type Corruption = (String, &'static [&'static str]);

fn corruptions(shown: &Shown) -> Vec<Corruption> {
    let Shown { raw, card, contribution, entry, open_request, paid_request, paid, round, waiting, paying, .. } = shown;
    let (round, waiting, paying) = (raw.id(*round), raw.id(*waiting), raw.id(*paying));
    let (card, paid) = (raw.id(card.id), raw.id(paid.id));
    let (contribution, entry) = (raw.id(*contribution), raw.id(*entry));
    let (open, paid_request) = (raw.id(*open_request), raw.id(*paid_request));
    let nobody = raw.id(uuid::Uuid::from_u128(5));
    vec![
        (
            format!(
                "UPDATE savings_accounts SET balance_kobo = balance_kobo + 1, collected_kobo = collected_kobo + 1
                     WHERE id = {card}"
            ),
            &[
                "card balance equals its postings",
                "collected equals the standing contributions",
                "collected equals the postings of contributions",
                "collected less credit equals the live markings",
            ],
        ),
        (
            format!(
                "UPDATE savings_accounts SET balance_kobo = balance_kobo + 1, commission_kobo = commission_kobo - 1
                     WHERE id = {card}"
            ),
            &[
                "commission equals its movements",
                "commission equals its postings to income",
                "commission equals its postings on the card",
            ],
        ),
        (
            format!(
                "UPDATE savings_accounts SET balance_kobo = 1, held_kobo = held_kobo - 1
                     WHERE id = (SELECT savings_account_id FROM payment_requests WHERE id = {open})"
            ),
            &["held equals the open payment requests", "held equals the postings to the hold"],
        ),
        (
            format!("UPDATE savings_accounts SET paid = {} WHERE id = {card}", bytes(raw, "07")),
            &["paid boxes are the live markings"],
        ),
        (
            format!("UPDATE savings_accounts SET paid = {} WHERE id = {card}", bytes(raw, "05")),
            &["paid boxes are the live markings"],
        ),
        (
            format!("UPDATE markings SET amount_kobo = amount_kobo + 1 WHERE contribution_id = {contribution}"),
            &["live markings have the amounts of their boxes", "collected less credit equals the live markings"],
        ),
        (format!("DELETE FROM markings WHERE contribution_id = {contribution}"), &["paid boxes are the live markings"]),
        (
            format!("UPDATE contributions SET amount_kobo = amount_kobo + 1 WHERE id = {contribution}"),
            &["collected equals the standing contributions"],
        ),
        (
            format!("UPDATE postings SET amount_kobo = amount_kobo + 1 WHERE entry_id = {entry} AND line = 1"),
            &["an entry sums to zero", "card balance equals its postings"],
        ),
        (
            format!("DELETE FROM postings WHERE entry_id = {entry} AND line = 0"),
            &["an entry has two postings or more", "an entry sums to zero"],
        ),
        (format!("DELETE FROM postings WHERE entry_id = {entry}"), &["an entry has two postings or more"]),
        (format!("DELETE FROM journal_entries WHERE id = {entry}"), &["the entry of a posting exists"]),
        (
            format!("UPDATE postings SET account_id = {nobody} WHERE entry_id = {entry} AND line = 1"),
            &["an entry books on the card it names", "card balance equals its postings"],
        ),
        (
            format!("UPDATE commissions SET amount_kobo = amount_kobo + 1 WHERE contribution_id = {contribution}"),
            &["commission equals its movements"],
        ),
        (
            "UPDATE postings SET account_kind = 'bank' WHERE account_kind = 'commission_income'".to_owned(),
            &["commission equals its postings to income"],
        ),
        (
            format!("UPDATE payment_requests SET amount_kobo = amount_kobo + 1 WHERE id = {open}"),
            &["held equals the open payment requests"],
        ),
        (
            format!("UPDATE payment_requests SET amount_kobo = amount_kobo + 1 WHERE id = {paid_request}"),
            &["paid out equals the paid requests"],
        ),
        (
            format!(
                "UPDATE rounds SET collected_kobo = collected_kobo + 1, expected_kobo = expected_kobo + 1,
                     counted_kobo = counted_kobo + 1, handed_in_kobo = handed_in_kobo + 1 WHERE id = {round}"
            ),
            &["a round has what moved on its days", "what was handed in is booked to the bank"],
        ),
        (
            format!("UPDATE rounds SET counted_kobo = counted_kobo + 1 WHERE id = {round}"),
            &["a round takes what it settles from the cash account", "rounds and movements come to the cash account"],
        ),
        (
            format!(
                "UPDATE rounds SET brought_forward_kobo = brought_forward_kobo + 100, expected_kobo = expected_kobo + 100
                     WHERE id = {waiting}"
            ),
            &["a round brings forward what the rounds before left"],
        ),
        (
            format!(
                "UPDATE rounds SET reversed_kobo = reversed_kobo + 100, paid_out_kobo = paid_out_kobo - 100
                     WHERE id = {paying}"
            ),
            &["a round has what moved on its days"],
        ),
        (
            format!("UPDATE rounds SET covers_from = '2025-03-01' WHERE id = {round}"),
            &["a round begins where the one before ended"],
        ),
        (
            format!("UPDATE journal_entries SET round_id = {waiting} WHERE round_id = {round}"),
            &["what was handed in is booked to the bank", "a round takes what it settles from the cash account"],
        ),
        (
            format!("UPDATE journal_entries SET occurred_on = '2025-03-16' WHERE id = {entry}"),
            &["a round has what moved on its days"],
        ),
        (
            format!(
                "UPDATE postings SET account_kind = 'bank' WHERE account_kind = 'payout_hold' AND entry_id IN
                         (SELECT id FROM journal_entries WHERE savings_account_id = {paid} AND event = 'payout_paid')"
            ),
            &["held equals the postings to the hold"],
        ),
    ]
}

fn bytes(raw: &Raw, hex: &str) -> String {
    match raw {
        Raw::Postgres(_) => format!("'\\x{hex}'::bytea"),
        Raw::Sqlite(_) => format!("x'{hex}'"),
    }
}

/// Each corruption is put on a copy of the tables and taken away again, so that they do not add up.
async fn each_corruption_is_found(test: TestDb) {
    let shown = shown(&test).await;
    shown.desk.books_are_right().await;
    let tables = [
        "savings_accounts",
        "contributions",
        "markings",
        "commissions",
        "journal_entries",
        "postings",
        "payment_requests",
        "rounds",
    ];
    for table in tables {
        shown.raw.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
    }
    for (sql, checks) in corruptions(&shown) {
        shown.raw.execute(&sql).await;
        let report = shown.desk.ledger.ledger_verify(&|_, _| ()).await.unwrap();
        let found: BTreeSet<_> = report.differences.iter().map(|difference| difference.check).collect();
        for check in checks {
            assert!(found.contains(check), "{sql}\n{check} not in {found:?}");
        }
        assert!(report.differences.iter().all(|difference| difference.business_id == shown.desk.business.id));
        for table in tables.iter().rev() {
            shown.raw.execute(&format!("DELETE FROM {table}")).await;
        }
        for table in tables {
            shown.raw.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
        }
        shown.desk.books_are_right().await;
    }
    let opened = "UPDATE memberships SET cash_closed_until = '2025-03-14' WHERE cash_closed_until IS NOT NULL";
    shown.raw.execute(opened).await;
    let report = shown.desk.ledger.ledger_verify(&|_, _| ()).await.unwrap();
    let told: Vec<_> = report.differences.iter().map(|difference| difference.check).collect();
    assert!(told.contains(&"a collector's cash is counted up to his last round"), "{told:?}");
}

async fn verifying_goes_on_beside_the_trade(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let mut cards = Vec::new();
    for _ in 0..4 {
        cards.push(desk.open_card(daily(500, 3)).await.id);
    }
    let trade = tokio::spawn(async move {
        for at in 0..60 {
            let receipt = elsewhere.pay(cards[at % 4], naira(700)).await;
            if at % 3 == 0 {
                fresh(elsewhere.reverse(receipt.contribution.id, elsewhere.agent).await);
            }
        }
    });
    while !trade.is_finished() {
        desk.books_are_right().await;
    }
    trade.await.unwrap();
    desk.books_are_right().await;
}

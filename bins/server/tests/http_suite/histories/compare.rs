//! Holds what the server tells against the domain's books.

use std::collections::BTreeMap;

use ofektom_domain::contribution::Contribution;
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{Destination, DisburseMethod, PaymentRequest};
use ofektom_domain::round::Round;
use ofektom_domain::savings::{CompletionReason, SavingsAccount};
use serde_json::{Value, json};

use super::player::Player;
use crate::model::desk::{ADMIN, AGENT, COLLECTOR, OTHER_COLLECTOR};

pub async fn all_is_the_same(player: &Player) {
    for (id, card) in player.cards.iter().zip(player.desk.books.cards.values()) {
        let told = get(player, &format!("/savings/{id}")).await;
        let expected = card_of(card);
        for (field, expected) in expected.as_object().unwrap() {
            assert_eq!(&told[field], expected, "{field} of {told}\n{card:?}");
        }
        let told = get(player, &format!("/savings/{id}/schedule")).await;
        assert_eq!(
            told["items"].as_array().unwrap().iter().map(box_told).collect::<Vec<_>>(),
            boxes_of(card),
            "{card:?}"
        );
    }
    let told = list(player, "/contributions").await;
    let books = &player.desk.books;
    for (told, contribution) in told.iter().zip(books.contributions.values().rev()) {
        same_fields(told, &contribution_of(contribution));
    }
    assert_eq!(told.len(), books.contributions.len());
    let told = list(player, "/payment-requests").await;
    for (told, request) in told.iter().zip(books.requests.values().rev()) {
        same_fields(told, &request_of(request));
        assert_eq!(told["destination"] == "cash", request.destination == Destination::Cash, "{told}");
    }
    assert_eq!(told.len(), books.requests.len());
    let told = list(player, "/rounds").await;
    for (told, round) in told.iter().zip(books.rounds.values().rev()) {
        same_fields(told, &round_of(round));
    }
    assert_eq!(told.len(), books.rounds.len());
    cash_is_the_same(player).await;
    trial_balance_is_the_same(player).await;
}

async fn get(player: &Player, path: &str) -> Value {
    player.stage.api().get(player.caller(AGENT), &format!("/api/v1{path}")).await.expect(200)
}

/// All of a list, newest first.
async fn list(player: &Player, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(player, &format!("{path}?limit=100{cursor}")).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

#[track_caller]
fn same_fields(told: &Value, expected: &Value) {
    for (field, expected) in expected.as_object().unwrap() {
        assert_eq!(&told[field], expected, "{field} of {told}");
    }
}

fn card_of(card: &SavingsAccount) -> Value {
    json!({
        "status": card.status.as_str(), "completion": card.completion.map(CompletionReason::as_str),
        "kind": card.plan.terms.kind().as_str(), "start_date": card.plan.start, "end_date": card.plan.end(),
        "next_due_date": card.next_due_date(), "progress": card.progress().as_str(),
        "box_amount": card.box_amount().to_string(), "total": card.plan.boxes.total().unwrap().to_string(),
        "boxes_total": card.plan.boxes.len(), "boxes_paid": card.paid.count(),
        "collected": card.collected.to_string(), "credit": card.credit.to_string(),
        "commission": card.commission.to_string(), "balance": card.balance.to_string(),
        "held": card.held.to_string(), "paid_out": card.paid_out.to_string(),
    })
}

type BoxTold = (String, String, bool);

fn box_told(item: &Value) -> BoxTold {
    let text = |field: &str| item[field].as_str().unwrap().to_owned();
    (text("date"), text("amount"), item["status"] == "paid")
}

fn boxes_of(card: &SavingsAccount) -> Vec<BoxTold> {
    let boxes = card.plan.boxes.amounts(0..card.plan.boxes.len());
    let told =
        |(at, amount): (u32, Money)| (card.plan.date_of(at).to_string(), amount.to_string(), card.paid.contains(at));
    boxes.map(told).collect()
}

fn contribution_of(contribution: &Contribution) -> Value {
    json!({
        "kind": contribution.kind.as_str(), "status": contribution.status().as_str(),
        "amount": contribution.amount.to_string(), "collected_on": contribution.collected_on,
        "boxes_count": contribution.boxes, "credit_after": contribution.credit_after.to_string(),
        "balance_after": contribution.balance_after.to_string(), "commission_taken": contribution.commission.to_string(),
    })
}

fn request_of(request: &PaymentRequest) -> Value {
    json!({
        "status": request.status.as_str(), "amount": request.amount.to_string(), "filed_on": request.filed_on,
        "reason": request.reason, "filed_reason": request.filed_reason, "reference": request.reference,
        "method": request.method.map(DisburseMethod::as_str),
    })
}

fn round_of(round: &Round) -> Value {
    json!({
        "status": round.status.as_str(), "date": round.date, "covers_from": round.covers_from,
        "brought_forward": round.brought_forward.to_string(), "collected": round.movement.collected.to_string(),
        "reversed": round.movement.reversed.to_string(), "paid_out": round.movement.paid_out.to_string(),
        "expected": round.expected.to_string(), "counted": round.counted.to_string(),
        "difference": round.difference().to_string(), "handed_in": round.handed_in.map(|money| money.to_string()),
    })
}

/// What each collector should have today, and what the business has not got from him.
async fn cash_is_the_same(player: &Player) {
    let told = get(player, &format!("/businesses/{}/cash", player.business.id)).await;
    let books = &player.desk.books;
    for who in [AGENT, ADMIN, COLLECTOR, OTHER_COLLECTOR] {
        let collectors = told["collectors"].as_array().unwrap();
        let his = collectors.iter().find(|told| told["collector"] == player.caller(who).id.as_str()).unwrap();
        let outstanding = Money::from_kobo(books.balance_of(LedgerAccount::Cash(who.id)));
        assert_eq!(his["outstanding"], outstanding.to_string(), "{who:?} {his}");
        if his["status"] == "open" {
            let purse = books.purse(who.id, player.desk.today);
            assert_eq!(his["expected"], purse.expected().unwrap().to_string(), "{who:?} {his}");
        }
    }
}

async fn trial_balance_is_the_same(player: &Player) {
    let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
    for posting in player.desk.books.entries.values().flat_map(|entry| entry.postings) {
        *expected.entry(posting.account.kind().as_str()).or_default() += posting.amount.kobo();
    }
    let told = get(player, &format!("/businesses/{}/ledger/trial-balance", player.business.id)).await;
    assert_eq!(told["balanced"], true);
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for line in told["lines"].as_array().unwrap() {
        let balance = line["balance"].as_str().unwrap();
        let kobo: i64 = balance.replace('.', "").parse().unwrap();
        *sums.entry(line["account"].as_str().unwrap()).or_default() += kobo;
    }
    sums.retain(|account, kobo| *kobo != 0 || expected.contains_key(account));
    assert_eq!(sums, expected);
}

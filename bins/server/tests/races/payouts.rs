//! Paying out at once.

use ofektom_testkit::{Api, Person, TestApp, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::crowd::{counts, crowd, money, one_effect, outcome, tally};
use crate::desk::{Desk, books_balance};

async fn one_payment_request_is_filed(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let (card, _) = desk.ended_card(&app.api).await;
    let (path, body) = (requests(&card), json!({ "destination": "cash" }));
    let replies =
        crowd(32, async |n| app.api.post_money(&desk.customer, &path, &format!("file-{n}"), &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 1), ("payment_request_open", 31)]));
    let card = app.api.card(&desk.customer, &card).await;
    assert_eq!((&card["held"], &card["balance"]), (&json!("4500.00"), &json!("0.00")));
    books_balance(&app).await;
}

async fn one_key_files_one_payment_request(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let (card, _) = desk.ended_card(&app.api).await;
    let (path, body) = (requests(&card), json!({ "destination": "cash" }));
    let replies = crowd(64, async |_| money(&app.api, &desk.customer, &path, "once", &body).await).await;
    one_effect(&replies, 201);
    assert_eq!(app.api.card(&desk.customer, &card).await["held"], "4500.00");
    books_balance(&app).await;
}

async fn one_of_two_approvers_approves(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let admin = app.api.staff(&desk.agent, &desk.business, "admin").await;
    let request = filed(&app.api, &desk).await;
    let approvers = [&desk.agent, &admin];
    let replies =
        crowd(32, async |n| decide(&app.api, approvers[n % 2], (&request, "approve"), n, &Value::Null).await).await;
    assert_eq!(tally(&replies), counts([("200", 1), ("payment_request_status", 31)]));
    books_balance(&app).await;
}

/// Approved, rejected and cancelled at once: the customer's money is held, or it is his again.
async fn one_decision_stands(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    for round in 0..4 {
        let request = filed(&app.api, &desk).await;
        let rejection = json!({ "reason": "the card is lost" });
        let replies = crowd(24, async |n| {
            let key = 24 * round + n;
            match (n + round) % 3 {
                0 => decide(&app.api, &desk.agent, (&request, "approve"), key, &Value::Null).await,
                1 => decide(&app.api, &desk.agent, (&request, "reject"), key, &rejection).await,
                _ => decide(&app.api, &desk.customer, (&request, "cancel"), key, &Value::Null).await,
            }
        })
        .await;
        assert_eq!(tally(&replies), counts([("200", 1), ("payment_request_status", 23)]));
        let decided = replies.iter().find(|reply| reply.status == 200).unwrap().json();
        let card = app.api.card(&desk.customer, decided["savings_id"].as_str().unwrap()).await;
        let held = if decided["status"] == "approved" { "4500.00" } else { "0.00" };
        assert_eq!(card["held"], held, "{decided}");
    }
    books_balance(&app).await;
}

async fn one_disbursement_is_recorded(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let request = filed(&app.api, &desk).await;
    let _ = decide(&app.api, &desk.agent, (&request, "approve"), 99, &Value::Null).await.expect(200);
    let body = json!({ "method": "cash" });
    let replies = crowd(32, async |n| decide(&app.api, &desk.agent, (&request, "disburse"), n, &body).await).await;
    assert_eq!(tally(&replies), counts([("200", 1), ("payment_request_status", 31)]));
    // 5,000 collected, 4,500 handed out.
    assert_eq!(desk.cash(&app.api).await, "500.00");
    books_balance(&app).await;
}

/// A collector takes a contribution back while the customer asks for the money. Each wins on some card or other; never both
/// on one.
async fn a_reversal_or_the_payout_wins(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    for round in 0..6 {
        let (card, contribution) = desk.ended_card(&app.api).await;
        let back = format!("/api/v1/contributions/{}/reversal", contribution["id"].as_str().unwrap());
        let replies = crowd(16, async |n| {
            let key = format!("either-{round}-{n}");
            if (n + round) % 2 == 0 {
                app.api.post_money(&desk.agent, &back, &key, &json!({ "reason": "wrong card" })).await
            } else {
                app.api.post_money(&desk.customer, &requests(&card), &key, &json!({ "destination": "cash" })).await
            }
        })
        .await;
        let won: Vec<_> = replies.iter().filter(|reply| reply.status == 201).map(|reply| reply.json()).collect();
        assert_eq!(won.len(), 1, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        let card = app.api.card(&desk.customer, &card).await;
        let (held, collected) = if won[0]["kind"] == "reversal" { ("0.00", "0.00") } else { ("4500.00", "5000.00") };
        assert_eq!((&card["held"], &card["collected"]), (&json!(held), &json!(collected)), "{card}");
    }
    books_balance(&app).await;
}

/// The path of a card's payment requests.
fn requests(card: &str) -> String {
    format!("/api/v1/savings/{card}/payment-requests")
}

/// The id of a request for the money of a new card.
async fn filed(api: &Api, desk: &Desk) -> String {
    let (card, _) = desk.ended_card(api).await;
    let key = format!("file-{card}");
    let request = api.post_money(&desk.customer, &requests(&card), &key, &json!({ "destination": "cash" })).await;
    request.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn decide(
    api: &Api,
    person: &Person,
    (request, verb): (&str, &str),
    key: usize,
    body: &Value,
) -> ofektom_testkit::Reply {
    let path = format!("/api/v1/payment-requests/{request}/{verb}");
    api.post_money(person, &path, &format!("{verb}-{key}"), body).await
}

on_both_engines!(
    one_payment_request_is_filed,
    one_key_files_one_payment_request,
    one_of_two_approvers_approves,
    one_decision_stands,
    one_disbursement_is_recorded,
    a_reversal_or_the_payout_wins,
);

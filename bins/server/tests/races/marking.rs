//! Collecting at once.

use ofektom_testkit::{TestApp, TestDb, on_both_engines};
use serde_json::json;

use crate::crowd::{counts, crowd, money, one_effect, tally};
use crate::desk::{Desk, books_balance, cash, contributions};

async fn one_box_is_paid_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let card = desk.card(&app.api).await;
    let body = json!({ "amount": "500.00", "method": "cash", "boxes": [app.api.today()] });
    let path = contributions(&card);
    let replies = crowd(64, async |n| app.api.post_money(&desk.agent, &path, &format!("box-{n}"), &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 1), ("box_already_paid", 63)]));
    let card = app.api.card(&desk.agent, &card).await;
    assert_eq!(
        (&card["boxes_paid"], &card["collected"], &card["credit"]),
        (&json!(1), &json!("500.00"), &json!("0.00"))
    );
    books_balance(&app).await;
}

async fn one_key_collects_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let card = desk.card(&app.api).await;
    let (path, body) = (contributions(&card), cash("1200.00"));
    let replies = crowd(64, async |_| money(&app.api, &desk.agent, &path, "once", &body).await).await;
    one_effect(&replies, 201);
    let card = app.api.card(&desk.agent, &card).await;
    assert_eq!(
        (&card["boxes_paid"], &card["collected"], &card["credit"]),
        (&json!(2), &json!("1200.00"), &json!("200.00"))
    );
    books_balance(&app).await;
}

/// Two cards, so that the requests may meet at either.
async fn one_key_records_one_bulk(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let cards = desk.cards(&app.api, 2).await;
    let items: Vec<_> = cards.iter().map(|card| json!({ "savings_id": card, "amount": "500.00" })).collect();
    let path = format!("/api/v1/businesses/{}/contributions/bulk", desk.business.id);
    let body = json!({ "items": items });
    let replies = crowd(64, async |_| money(&app.api, &desk.agent, &path, "once", &body).await).await;
    one_effect(&replies, 200);
    assert_eq!(replies[0].json()["posted"], 2);
    assert_eq!(desk.cash(&app.api).await, "1000.00");
    books_balance(&app).await;
}

/// One key, two cards: which of the two requests comes first is open, but only one does anything.
async fn one_key_on_two_cards_is_one_request(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let cards = desk.cards(&app.api, 2).await;
    let body = cash("500.00");
    let replies =
        crowd(32, async |n| money(&app.api, &desk.agent, &contributions(&cards[n % 2]), "once", &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 16), ("idempotency_key_reused", 16)]));
    let done: Vec<_> = replies.into_iter().filter(|reply| reply.status == 201).collect();
    one_effect(&done, 201);
    assert_eq!(desk.cash(&app.api).await, "500.00");
    books_balance(&app).await;
}

async fn one_collector_works_many_cards_at_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let cards = desk.cards(&app.api, 16).await;
    let body = cash("700.00");
    let replies = crowd(64, async |n| {
        app.api.post_money(&desk.agent, &contributions(&cards[n % 16]), &format!("card-{n}"), &body).await
    })
    .await;
    assert_eq!(tally(&replies), counts([("201", 64)]));
    for card in &cards {
        let card = app.api.card(&desk.agent, card).await;
        assert_eq!((&card["boxes_paid"], &card["collected"]), (&json!(5), &json!("2800.00")));
        assert_eq!((&card["credit"], &card["commission"]), (&json!("300.00"), &json!("500.00")));
    }
    assert_eq!(desk.cash(&app.api).await, "44800.00");
    books_balance(&app).await;
}

async fn one_contribution_is_reversed_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let card = desk.card(&app.api).await;
    let contribution = app.api.collect(&desk.agent, &card, "1000.00").await;
    let path = format!("/api/v1/contributions/{}/reversal", contribution["id"].as_str().unwrap());
    let body = json!({ "reason": "counted twice" });
    let replies = crowd(32, async |n| app.api.post_money(&desk.agent, &path, &format!("back-{n}"), &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 1), ("already_reversed", 31)]));
    assert_eq!(desk.cash(&app.api).await, "0.00");
    books_balance(&app).await;
}

on_both_engines!(
    one_box_is_paid_once,
    one_key_collects_once,
    one_key_records_one_bulk,
    one_key_on_two_cards_is_one_request,
    one_collector_works_many_cards_at_once,
    one_contribution_is_reversed_once,
);

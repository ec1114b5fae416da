//! Cards: preview, open, read, change.

use jiff::ToSpan as _;
use ofektom_testkit::{Engine, TestDb, on_both_engines, run_on};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(a_card_is_opened_and_read, a_card_is_changed, lists_are_paged);

/// The worked values of the business rules.
#[test]
fn a_preview_tells_what_a_plan_comes_to() {
    run_on(Engine::Sqlite, |db| async {
        let mut stage = Stage::new(db).await;
        let daily = |amount: &str, months: u32, start: &str| json!({ "kind": "daily", "box_amount": amount, "months": months, "start_date": start });
        let target = |start: &str, end: &str| json!({ "kind": "target", "target_amount": "100000.00", "start_date": start, "end_date": end });
        for (plan, boxes, end, total, commission, payout) in [
            (daily("500.00", 3, "2025-01-01"), 90, "2025-03-31", "45000.00", "1500.00", "43500.00"),
            (daily("1000.00", 1, "2025-01-01"), 31, "2025-01-31", "31000.00", "1000.00", "30000.00"),
            (daily("1000.00", 1, "2025-02-01"), 28, "2025-02-28", "28000.00", "1000.00", "27000.00"),
            (daily("200.00", 12, "2025-01-01"), 365, "2025-12-31", "73000.00", "2400.00", "70600.00"),
            (daily("300.00", 6, "2025-07-01"), 184, "2025-12-31", "55200.00", "1800.00", "53400.00"),
            (target("2025-01-01", "2025-04-01"), 91, "2025-04-01", "100000.00", "4395.60", "95604.40"),
            (target("2025-01-31", "2025-02-01"), 2, "2025-02-01", "100000.00", "50000.00", "50000.00"),
        ] {
            let seen = stage.try_ask(None, "POST", "/savings/preview", &plan).await.expect(200);
            let expected = json!([boxes, end, total, commission, payout]);
            let fields = ["boxes_total", "end_date", "total", "commission", "payout"].map(|field| seen[field].clone());
            assert_eq!(json!(fields), expected, "{plan}");
        }
        let _ = stage.ask(None, "POST a preview", "/savings/preview", target("2025-01-01", "2025-04-01")).await;
        let _ = stage
            .ask(
                None,
                "POST a preview that ends before it starts",
                "/savings/preview",
                target("2025-04-01", "2025-01-01"),
            )
            .await;
        stage.answers.hold("preview");
    });
}

async fn a_card_is_opened_and_read(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&agent);
    let savings = format!("/businesses/{}/savings", business.id);
    let plan = json!({ "customer_id": customer.id, "kind": "daily", "box_amount": "500.00", "months": 1,
        "start_date": "2025-02-27", "commission": { "amount": "300.00", "period": { "days": 2 } } });
    let opened = stage.ask(me, "POST a card", &savings, plan.clone()).await;
    let _ = stage.ask(Some(&customer), "POST his own commission", &savings, plan).await;
    let for_himself = json!({ "customer_id": agent.id, "kind": "daily", "box_amount": "500.00", "months": 1,
        "start_date": "2025-02-27", "commission": { "amount": "0.00" } });
    assert_eq!(stage.try_ask(me, "POST", &savings, &for_himself).await.problem(422), "validation_failed");
    let own =
        json!({ "kind": "target", "target_amount": "1000.00", "start_date": "2025-03-01", "end_date": "2025-03-03" });
    let _ = stage.ask(Some(&customer), "POST his own card", &savings, own.clone()).await;
    let _ = stage.ask(me, "POST a card for nobody", &savings, own).await;
    let card = format!("/savings/{}", text(&opened, "id"));
    let pay = json!({ "amount": "1300.00", "boxes": ["2025-02-28", "2025-03-01"] });
    let _ = stage.try_ask(me, "POST", &format!("{card}/contributions"), &pay).await.expect(201);

    let _ = stage.ask(me, "GET the card", &card, Value::Null).await;
    let tracking = format!("/savings/by-tracking/{}", text(&opened, "tracking_number"));
    let found = stage.try_ask(Some(&customer), "GET", &tracking, &Value::Null).await.expect(200);
    assert_eq!(found["id"], opened.json()["id"]);
    let stranger = stage.api().customer(Some(&business)).await;
    assert_eq!(stage.try_ask(Some(&stranger), "GET", &tracking, &Value::Null).await.problem(404), "not_found");
    let schedule = stage.try_ask(me, "GET", &format!("{card}/schedule"), &Value::Null).await;
    let items = schedule.json()["items"].as_array().unwrap().clone();
    let paid: Vec<&Value> = items.iter().filter(|item| item["status"] == "paid").map(|item| &item["date"]).collect();
    assert_eq!((items.len(), json!(paid)), (28, json!(["2025-02-28", "2025-03-01"])));
    let _ = stage.ask(me, "GET the statement", &format!("{card}/statement"), Value::Null).await;
    let csv = stage.api().request(reqwest::Method::GET, &format!("/api/v1{card}/statement"));
    let csv = stage.api().send(csv.bearer_auth(&agent.token).header("Accept", "text/csv")).await;
    assert!(csv.header("content-type").starts_with("text/csv"), "{}", csv.header("content-type"));
    assert_eq!(csv.text().lines().count(), 1 + 4, "a head, two balances, the money, its commission: {}", csv.text());
    let none = format!("{card}/statement?from=2025-03-02&to=2025-03-31");
    let _ = stage.ask(me, "GET the statement of other days", &none, Value::Null).await;
    stage.answers.hold("cards");
}

async fn a_card_is_changed(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (me, about, today) = (Some(&agent), (&business, &customer), stage.api().today());
    let start = "2025-01-31".parse().unwrap();
    let card = format!("/savings/{}", stage.api().daily_card(&agent, about, ("500.00", 1, start)).await);
    let longer = stage.ask(me, "POST a longer card", &format!("{card}/extend"), json!({ "months": 1 })).await;
    assert_eq!((&longer.json()["end_date"], &longer.json()["boxes_total"]), (&json!("2025-03-30"), &json!(59)));
    let _ = stage.ask(me, "POST too long a card", &format!("{card}/extend"), json!({ "months": 500 })).await;
    let _ = stage.ask(me, "POST a renewal too early", &format!("{card}/renew"), json!({})).await;
    let _ = stage.ask(me, "POST the end of an unpaid card", &format!("{card}/end"), Value::Null).await;
    let _ = stage.ask(me, "POST the end again", &format!("{card}/end"), Value::Null).await;
    let _ = stage.ask(me, "POST a renewal", &format!("{card}/renew"), json!({ "start_date": "2025-03-02" })).await;

    let unpaid = format!("/savings/{}", stage.api().daily_card(&agent, about, ("500.00", 1, today)).await);
    let _ = stage.ask(me, "POST a cancellation", &format!("{unpaid}/cancel"), Value::Null).await;
    let _ = stage.ask(me, "POST a cancellation again", &format!("{unpaid}/cancel"), Value::Null).await;
    let paid = stage.api().daily_card(&agent, about, ("500.00", 1, today)).await;
    let _ = stage.collect(&agent, &paid, "500.00").await;
    let _ = stage.ask(me, "POST a cancellation of a paid card", &format!("/savings/{paid}/cancel"), Value::Null).await;

    // Ended early: the worked values of the first row of the business rules.
    for (boxes, commission, balance, status) in [
        (10, "500.00", "4500.00", "completed"),
        (2, "500.00", "500.00", "completed"),
        (1, "500.00", "0.00", "paid_out"),
    ] {
        let card = stage.api().daily_card(&agent, about, ("500.00", 3, today)).await;
        let _ = stage.collect(&agent, &card, &format!("{}.00", boxes * 500)).await;
        let ended = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
        let seen = ["commission", "balance", "status"].map(|field| ended[field].clone());
        assert_eq!(json!(seen), json!([commission, balance, status]), "{boxes}");
    }
    stage.answers.hold("card_changes");
}

async fn lists_are_paged(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let other = stage.api().customer(Some(&business)).await;
    let mut opened = Vec::new();
    for _ in 0..5 {
        let today = stage.api().today();
        opened.push(json!(stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await));
        stage.clock.advance(1.seconds());
    }
    opened.reverse();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/savings?limit=2&business_id={}{cursor}", business.id);
        let page = stage.try_ask(Some(&agent), "GET", &path, &Value::Null).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|card| card["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, opened, "newest first, each once");
    for (person, filter, count) in [
        (&customer, String::new(), 5),
        (&other, String::new(), 0),
        (&agent, "?status=cancelled".to_owned(), 0),
        (&agent, "?kind=target".to_owned(), 0),
        (&agent, format!("?customer_id={}", other.id), 0),
        (&agent, format!("?customer_id={}&kind=daily&status=active", customer.id), 5),
    ] {
        let page = stage.try_ask(Some(person), "GET", &format!("/savings{filter}"), &Value::Null).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{filter}");
    }
}

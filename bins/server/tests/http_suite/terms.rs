//! Changing what was agreed on a card, and who sees what is his own.

use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    terms_are_changed,
    a_target_is_planned_again,
    a_change_is_made_to_what_was_seen_only,
    a_customer_looks_after_his_own_and_nothing_else,
);

async fn terms_are_changed(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&agent);
    let start = "2025-02-20".parse().unwrap();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, start)).await;
    let unit = format!("/businesses/{}/units", business.id);
    let unit = stage.try_ask(me, "POST", &unit, &json!({ "name": "Balogun market" })).await.expect(201)["id"].clone();
    let path = format!("/savings/{card}");
    let all = json!({ "kind": "target", "target_amount": "1000.00", "start_date": "2025-02-24", "end_date": "2025-03-05",
        "unit_id": unit, "commission": { "amount": "50.00", "period": { "days": 5 } } });
    let _ = stage.ask(me, "PATCH all before the first box", &path, all).await;
    let daily = json!({ "kind": "daily", "box_amount": "200.00", "months": 1 });
    let _ = stage.ask(me, "PATCH it back to a daily card", &path, daily).await;
    let _ = stage.collect(&agent, &card, "400.00").await;
    // Two boxes are paid, today is 1 March: 24 and 25 February are paid, 26 to 28 are due.
    let _ = stage.ask(me, "PATCH the box from now on", &path, json!({ "box_amount": "300.00" })).await;
    let schedule = stage.try_ask(me, "GET", &format!("{path}/schedule"), &Value::Null).await.expect(200);
    let amounts: Vec<&str> =
        schedule["items"].as_array().unwrap().iter().map(|item| item["amount"].as_str().unwrap()).collect();
    assert_eq!((amounts[..5].to_vec(), &amounts[5..6]), (vec!["200.00"; 5], &["300.00"][..]));
    for (asked, body) in [
        ("PATCH the start after a box", json!({ "start_date": "2025-02-25" })),
        ("PATCH the kind after a box", json!({ "kind": "target", "target_amount": "5.00", "end_date": "2025-03-05" })),
        ("PATCH a field of the other kind", json!({ "target_amount": "5.00" })),
        ("PATCH a higher commission", json!({ "commission": { "amount": "50.01", "period": { "days": 5 } } })),
        ("PATCH a lower commission", json!({ "commission": { "amount": "49.99", "period": { "days": 5 } } })),
        ("PATCH no box", json!({ "box_amount": "0.00" })),
        ("PATCH an unknown unit", json!({ "unit_id": "01890a5d-ac96-774b-bcce-b302099a8057" })),
        ("PATCH a phone", json!({ "phone": "08012345678" })),
    ] {
        let _ = stage.ask(me, asked, &path, body).await;
    }
    assert_eq!(stage.try_ask(me, "PATCH", &path, &json!({})).await.problem(422), "validation_failed");
    let _ = stage.try_ask(me, "PATCH", &path, &json!({ "unit_id": business.unit_id })).await.expect(200);
    let _ = stage.try_ask(me, "POST", &format!("{path}/end"), &Value::Null).await.expect(200);
    let _ = stage.ask(me, "PATCH an ended card", &path, json!({ "months": 2 })).await;
    books_are_right(&stage).await;
    stage.answers.hold("card_terms");
}

async fn a_target_is_planned_again(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&agent);
    let body = json!({ "customer_id": customer.id, "kind": "target", "target_amount": "1000.00",
        "start_date": "2025-03-01", "end_date": "2025-03-10" });
    let card = stage.try_ask(me, "POST", &format!("/businesses/{}/savings", business.id), &body).await;
    let (path, id) = (format!("/savings/{}", text(&card, "id")), text(&card, "id"));
    let _ = stage.collect(&agent, &id, "300.00").await;
    let extended = stage.try_ask(me, "POST", &format!("{path}/extend"), &json!({ "months": 1 })).await.expect(200);
    // 700.00 over the 38 unpaid of 41 days.
    let seen = |card: &Value| ["end_date", "boxes_total", "box_amount", "total"].map(|field| card[field].clone());
    assert_eq!(json!(seen(&extended)), json!(["2025-04-10", 41, "18.42", "1000.00"]));
    let changed = json!({ "target_amount": "1200.00", "end_date": "2025-03-12" });
    let changed = stage.try_ask(me, "PATCH", &path, &changed).await.expect(200);
    assert_eq!(json!(seen(&changed)), json!(["2025-03-12", 12, "100.00", "1200.00"]));
    for (field, body) in [
        ("target_amount", json!({ "target_amount": "300.00" })),
        ("end_date", json!({ "end_date": "2025-03-02" })),
        ("end_date", json!({ "end_date": "2045-03-02" })),
    ] {
        let refused = stage.try_ask(me, "PATCH", &path, &body).await;
        assert_eq!(refused.problem(422), "validation_failed");
        assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.text());
    }
    let paid = stage.collect(&agent, &id, "900.00").await;
    assert_eq!((&paid["commission_taken"], &paid["balance_after"]), (&json!("0.00"), &json!("1100.00")));
    assert_eq!(stage.api().card(&agent, &id).await["status"], "completed");
    books_are_right(&stage).await;
}

async fn a_change_is_made_to_what_was_seen_only(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let path = format!("/api/v1/savings/{card}");
    let patch = async |tag: &str, months: u32| -> Reply {
        let request = stage.api().request(Method::PATCH, &path).bearer_auth(&agent.token).header("If-Match", tag);
        stage.api().send(request.json(&json!({ "months": months }))).await
    };
    let seen = stage.api().get(&agent, &path).await.header("etag").to_owned();
    let changed = patch(&seen, 2).await;
    assert_eq!(changed.expect(200)["months"], 2);
    let stale = patch(&seen, 3).await;
    assert_eq!(stale.problem(412), "version_conflict");
    assert_eq!(stage.api().card(&agent, &card).await["months"], 2);
    let _ = patch("*", 3).await.expect(200);
    let now = stage.api().get(&agent, &path).await;
    assert_eq!(patch(now.header("etag"), 4).await.expect(200)["months"], 4);
}

async fn a_customer_looks_after_his_own_and_nothing_else(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let other = stage.api().customer(Some(&business)).await;
    let (owner, today) = (Some(&customer), stage.api().today());
    let theirs = stage.api().daily_card(&agent, (&business, &other), ("500.00", 1, today)).await;
    let their_money = stage.collect(&agent, &theirs, "1500.00").await["id"].as_str().unwrap().to_owned();

    let plan = json!({ "kind": "daily", "box_amount": "500.00", "months": 1, "start_date": today });
    let opened = stage.try_ask(owner, "POST", &format!("/businesses/{}/savings", business.id), &plan).await;
    let (id, card) = (text(&opened, "id"), format!("/savings/{}", text(&opened, "id")));
    let money = stage.collect(&agent, &id, "1500.00").await["id"].as_str().unwrap().to_owned();
    let ids = async |stage: &mut Stage, person: &Person, path: &str| -> Vec<String> {
        let page = stage.try_ask(Some(person), "GET", path, &Value::Null).await.expect(200);
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&mut stage, &customer, "/savings").await, [id.as_str()]);
    assert_eq!(ids(&mut stage, &customer, "/contributions").await, [money.as_str()]);
    for path in ["", "/schedule", "/statement"] {
        let _ = stage.try_ask(owner, "GET", &format!("{card}{path}"), &Value::Null).await.expect(200);
        let foreign = stage.try_ask(owner, "GET", &format!("/savings/{theirs}{path}"), &Value::Null).await;
        assert_eq!(foreign.problem(404), "not_found");
    }
    let _ = stage.try_ask(owner, "GET", &format!("/contributions/{money}"), &Value::Null).await.expect(200);
    let foreign = stage.try_ask(owner, "GET", &format!("/contributions/{their_money}"), &Value::Null).await;
    assert_eq!(foreign.problem(404), "not_found");
    for (method, path, body) in [
        ("PATCH", card.clone(), json!({ "months": 2 })),
        ("POST", format!("{card}/extend"), json!({ "months": 1 })),
        ("POST", format!("{card}/cancel"), Value::Null),
        ("POST", format!("{card}/contributions"), json!({ "amount": "500.00" })),
        ("POST", format!("/contributions/{money}/reversal"), json!({ "reason": "changed my mind" })),
    ] {
        assert_eq!(stage.try_ask(owner, method, &path, &body).await.problem(403), "forbidden", "{path}");
    }
    for verb in ["end", "renew"] {
        let foreign = stage.try_ask(owner, "POST", &format!("/savings/{theirs}/{verb}"), &json!({})).await;
        assert_eq!(foreign.problem(404), "not_found", "{verb}");
    }
    let ended = stage.try_ask(owner, "POST", &format!("{card}/end"), &Value::Null).await.expect(200);
    assert_eq!((&ended["status"], &ended["balance"]), (&json!("completed"), &json!("1000.00")));
    let renewed = stage.try_ask(owner, "POST", &format!("{card}/renew"), &json!({})).await.expect(201);
    assert_eq!((&renewed["renewed_from"], &renewed["commission_terms"]), (&ended["id"], &ended["commission_terms"]));
    assert_eq!(
        (&renewed["collected"], &renewed["credit"]),
        (&json!("0.00"), &json!("0.00")),
        "money stays where it is"
    );
    let filed =
        stage.try_ask(owner, "POST", &format!("{card}/payment-requests"), &json!({ "destination": "cash" })).await;
    let request = text(&filed, "id");
    assert_eq!(ids(&mut stage, &customer, "/payment-requests").await, [request.as_str()]);
    assert_eq!(ids(&mut stage, &other, "/payment-requests").await, [""; 0]);
    let path = format!("/payment-requests/{request}");
    assert_eq!(stage.try_ask(Some(&other), "GET", &path, &Value::Null).await.problem(404), "not_found");
}

/// The books balance, recomputed from the postings.
async fn books_are_right(stage: &Stage) {
    let report = stage.app.system.app.ledger_verify(&|_, _| {}).await.unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

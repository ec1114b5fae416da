//! Commissions, trial balance and journal.

use jiff::ToSpan as _;
use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_engines!(the_books_balance_after_a_cycle);

async fn the_books_balance_after_a_cycle(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    // Lines of collectors come in the order of their ids, which is that of their making unless it is the same instant.
    stage.clock.advance(1.seconds());
    // Persons made at the same instant are in no order.
    stage.clock.advance(1.seconds());
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let (me, today) = (Some(&agent), stage.api().today());
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let other = stage.api().daily_card(&agent, (&business, &customer), ("200.00", 1, today)).await;
    let _ = stage.collect(&agent, &card, "5000.00").await;
    let by_sub = stage.collect(&sub, &other, "600.00").await;
    let wrong = stage.collect(&agent, &card, "500.00").await;
    let reversal = format!("/contributions/{}/reversal", wrong["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "POST", &reversal, &json!({ "reason": "counted twice" })).await.expect(201);
    let _ = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let requests = format!("/savings/{card}/payment-requests");
    let filed = stage.try_ask(Some(&customer), "POST", &requests, &json!({ "destination": "cash" })).await.expect(201);

    let of = format!("business_id={}", business.id);
    let balance = format!("/businesses/{}/ledger/trial-balance", business.id);
    let _ = stage.ask(me, "GET the trial balance with money held", &balance, Value::Null).await;
    let request = format!("/payment-requests/{}", filed["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "POST", &format!("{request}/approve"), &Value::Null).await.expect(200);
    let _ = stage.try_ask(me, "POST", &format!("{request}/disburse"), &json!({ "method": "cash" })).await.expect(200);
    let _ = stage.ask(me, "GET the trial balance", &balance, Value::Null).await;
    let entries = format!("/businesses/{}/ledger/entries?limit=3", business.id);
    let _ = stage.ask(me, "GET the journal", &entries, Value::Null).await;
    let _ = stage.ask(me, "GET commissions", &format!("/commissions?{of}"), Value::Null).await;
    for group in ["collector", "unit", "period", "month", "business"] {
        let path = format!("/commissions/summary?{of}&group_by={group}");
        let _ = stage.ask(me, &format!("GET commission by {group}"), &path, Value::Null).await;
    }
    let own = stage.try_ask(Some(&sub), "GET", "/commissions", &Value::Null).await.expect(200);
    let own = own["items"].as_array().unwrap();
    assert_eq!(own.len(), 1, "a sub-agent sees the commission of what he collected");
    assert_eq!(own[0]["contribution_id"], by_sub["id"]);
    stage.answers.hold("books");
}

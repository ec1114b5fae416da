//! Collecting: single, in bulk, reversed, listed.

use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(money_is_collected_and_reversed, a_round_is_recorded_at_once);

async fn money_is_collected_and_reversed(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let (me, today) = (Some(&agent), stage.api().today());
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let path = format!("/savings/{card}/contributions");
    let first = stage.ask(me, "POST one box and credit", &path, json!({ "amount": "700.00", "method": "cash" })).await;
    let _ = stage.ask(me, "POST what fills it", &path, json!({ "amount": "300.00", "note": "at the gate" })).await;
    let named = json!({ "amount": "1000.00", "boxes": ["2025-03-10", "2025-03-05"] });
    let _ = stage.ask(me, "POST named boxes", &path, named.clone()).await;
    for (asked, body) in [
        ("POST a paid box", named),
        ("POST a box of another month", json!({ "amount": "500.00", "boxes": ["2025-04-10"] })),
        ("POST too little for the box", json!({ "amount": "499.99", "boxes": ["2025-03-20"] })),
        ("POST more than the card holds", json!({ "amount": "14000.00" })),
        ("POST money of tomorrow", json!({ "amount": "500.00", "collected_on": "2025-03-02" })),
        ("POST money of long ago", json!({ "amount": "500.00", "collected_on": "2025-02-21" })),
        ("POST money from a bank", json!({ "amount": "500.00", "method": "bank_transfer" })),
    ] {
        let _ = stage.ask(me, asked, &path, body).await;
    }
    let _ = stage
        .try_ask(me, "POST", &path, &json!({ "amount": "500.00", "collected_on": "2025-02-22" }))
        .await
        .expect(201);

    let first = format!("/contributions/{}", text(&first, "id"));
    let reason = json!({ "reason": "counted twice" });
    let _ = stage.ask(Some(&sub), "POST a reversal of another's", &format!("{first}/reversal"), reason.clone()).await;
    let _ =
        stage.ask(me, "POST a reversal without a reason", &format!("{first}/reversal"), json!({ "reason": " " })).await;
    let reversal = stage.ask(me, "POST a reversal", &format!("{first}/reversal"), reason.clone()).await;
    let _ = stage.ask(me, "POST a reversal again", &format!("{first}/reversal"), reason.clone()).await;
    let back = format!("/contributions/{}/reversal", text(&reversal, "id"));
    let _ = stage.ask(me, "POST a reversal of the reversal", &back, reason).await;
    let _ = stage.ask(me, "GET the contribution", &first, Value::Null).await;
    let _ = stage.ask(me, "GET contributions", &format!("/contributions?savings_id={card}"), Value::Null).await;
    let _ = stage.ask(me, "GET the card", &format!("/savings/{card}"), Value::Null).await;
    stage.answers.hold("contributions");
}

async fn a_round_is_recorded_at_once(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (foreign_agent, foreign_business, foreign_customer) = stage.business().await;
    let (me, today) = (Some(&agent), stage.api().today());
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let foreign = (&foreign_business, &foreign_customer);
    let foreign = stage.api().daily_card(&foreign_agent, foreign, ("500.00", 1, today)).await;
    let tracking = stage.api().card(&agent, &card).await["tracking_number"].clone();
    let foreign_tracking = stage.api().card(&foreign_agent, &foreign).await["tracking_number"].clone();
    let bulk = format!("/businesses/{}/contributions/bulk", business.id);
    let items = json!([
        { "savings_id": card, "amount": "500.00" },
        { "savings_id": foreign, "amount": "500.00" },
        { "tracking_number": foreign_tracking, "amount": "500.00" },
        { "tracking_number": tracking, "amount": "500.00", "boxes": ["2025-03-01"] },
        { "savings_id": card, "amount": "5.001" },
        { "tracking_number": tracking, "amount": "600.00" },
        { "amount": "500.00" },
    ]);
    let _ = stage.ask(me, "POST a mixed round", &bulk, json!({ "items": items })).await;
    let _ = stage.ask(me, "POST it all or nothing", &bulk, json!({ "items": items, "all_or_nothing": true })).await;
    let _ = stage.ask(me, "POST an empty round", &bulk, json!({ "items": [] })).await;
    let seen = stage.api().card(&agent, &card).await;
    assert_eq!(
        (&seen["collected"], &seen["credit"], &seen["boxes_paid"]),
        (&json!("1100.00"), &json!("100.00"), &json!(2))
    );
    let good = json!({ "items": [{ "savings_id": card, "amount": "400.00" }], "all_or_nothing": true });
    let _ = stage.ask(me, "POST a good round", &bulk, good).await;
    assert_eq!(stage.api().card(&foreign_agent, &foreign).await["collected"], "0.00");
    stage.answers.hold("bulk");
}

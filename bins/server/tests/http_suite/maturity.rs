//! Cards that mature: completed by the server itself, on the business's own day.

use jiff::Timestamp;
use ofektom_app::MaturityReport;
use ofektom_testkit::{Business, Person, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_engines!(a_card_matures_at_midnight, each_business_has_its_own_midnight, a_business_may_wait);

async fn run(stage: &Stage, instant: &str) -> MaturityReport {
    stage.clock.set(instant.parse::<Timestamp>().unwrap());
    let report = stage.app.system.app.cards_mature().await.unwrap();
    assert_eq!(report.failed, 0);
    report
}

/// A card of March with some boxes paid.
async fn card_of_march(stage: &mut Stage, agent: &Person, about: (&Business, &Person), boxes: u32) -> String {
    let start = "2025-03-01".parse().unwrap();
    let card = stage.api().daily_card(agent, about, ("500.00", 1, start)).await;
    if boxes > 0 {
        let _ = stage.collect(agent, &card, &format!("{}.00", boxes * 500)).await;
    }
    card
}

async fn a_card_matures_at_midnight(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let about = (&business, &customer);
    let mut cards = Vec::new();
    for boxes in [10, 1, 0] {
        cards.push(card_of_march(&mut stage, &agent, about, boxes).await);
    }
    let april = stage.api().daily_card(&agent, about, ("500.00", 1, "2025-04-01".parse().unwrap())).await;

    assert_eq!(run(&stage, "2025-03-31T22:59:59Z").await.completed, 0, "the last day is a day to pay");
    let report = run(&stage, "2025-03-31T23:00:00Z").await;
    assert_eq!((report.completed, report.paid_out), (3, 2), "two of them have nothing to pay out");
    let again = run(&stage, "2025-03-31T23:05:00Z").await;
    assert_eq!(again, MaturityReport { businesses: 0, ..MaturityReport::default() }, "the day is finished");

    let (agent, customer) = (stage.api().login(&agent).await, stage.api().login(&customer).await);
    for (card, status, balance) in
        [(&cards[0], "completed", "4500.00"), (&cards[1], "paid_out", "0.00"), (&cards[2], "paid_out", "0.00")]
    {
        let seen = stage.api().card(&agent, card).await;
        let fields = ["status", "completion", "balance", "next_due_date"].map(|field| seen[field].clone());
        assert_eq!(json!(fields), json!([status, "matured", balance, null]));
    }
    assert_eq!(stage.api().card(&agent, &april).await["status"], "active");
    let path = format!("/savings/{}/contributions", cards[0]);
    let late = stage.try_ask(Some(&agent), "POST", &path, &json!({ "amount": "500.00" })).await;
    assert_eq!(late.problem(409), "not_active");
    let filed = format!("/savings/{}/payment-requests", cards[0]);
    let filed = stage.try_ask(Some(&customer), "POST", &filed, &json!({ "destination": "cash" })).await.expect(201);
    assert_eq!(filed["amount"], "4500.00");
    let report = stage.app.system.app.ledger_verify(&|_, _| {}).await.unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

async fn each_business_has_its_own_midnight(db: TestDb) {
    let mut stage = Stage::new(db).await;
    // 31 March ends at 18:30 UTC in Kolkata, at 23:00 in Lagos, on 1 April at 04:00 in New York.
    for zone in ["America/New_York", "Africa/Lagos", "Asia/Kolkata"] {
        let (agent, business, customer) = stage.business().await;
        let path = format!("/businesses/{}", business.id);
        let _ = stage.try_ask(Some(&agent), "PATCH", &path, &json!({ "time_zone": zone })).await.expect(200);
        let _ = card_of_march(&mut stage, &agent, (&business, &customer), 3).await;
    }
    for (instant, completed) in [
        ("2025-03-31T18:29:59Z", 0),
        ("2025-03-31T18:30:00Z", 1),
        ("2025-03-31T22:59:59Z", 0),
        ("2025-03-31T23:00:00Z", 1),
        ("2025-04-01T03:59:59Z", 0),
        ("2025-04-01T04:00:00Z", 1),
        ("2025-04-02T12:00:00Z", 0),
    ] {
        assert_eq!(run(&stage, instant).await.completed, completed, "{instant}");
    }
}

async fn a_business_may_wait(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&agent);
    let policy = json!({ "policy": { "maturity_grace_days": 2 } });
    let changed = stage.try_ask(me, "PATCH", &format!("/businesses/{}", business.id), &policy).await.expect(200);
    assert_eq!(changed["policy"]["maturity_grace_days"], 2);
    let card = card_of_march(&mut stage, &agent, (&business, &customer), 3).await;
    assert_eq!(run(&stage, "2025-04-02T22:59:59Z").await.completed, 0);
    let agent = stage.api().login(&agent).await;
    let late = json!({ "amount": "500.00", "collected_on": "2025-03-31" });
    let path = format!("/savings/{card}/contributions");
    let _ = stage.try_ask(Some(&agent), "POST", &path, &late).await.expect(201);
    assert_eq!(run(&stage, "2025-04-02T23:00:01Z").await.completed, 1);
    let gone = stage.try_ask(Some(&agent), "GET", &format!("/savings/{card}"), &Value::Null).await.expect(200);
    assert_eq!((&gone["status"], &gone["boxes_paid"]), (&json!("completed"), &json!(4)));
}

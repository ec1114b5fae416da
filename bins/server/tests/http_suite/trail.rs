//! The audit trail as its business reads it.

use jiff::{Timestamp, ToSpan as _};
use ofektom_testkit::{Business, Person, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(a_business_reads_its_trail, what_must_not_be_shown_is_not);

/// The verbs on a page of the trail, newest first.
async fn verbs(stage: &mut Stage, person: &Person, business: &Business, query: &str) -> Vec<String> {
    let page = page(stage, person, business, query).await;
    let verb = |row: &Value| row["verb"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(verb).collect()
}

async fn page(stage: &mut Stage, person: &Person, business: &Business, query: &str) -> Value {
    let path = format!("/businesses/{}/audit{query}", business.id);
    stage.try_ask(Some(person), "GET", &path, &Value::Null).await.expect(200)
}

async fn a_business_reads_its_trail(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    stage.clock.advance(1.seconds());
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    stage.clock.advance(1.seconds());
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let tracking = stage.api().card(&agent, &card).await["tracking_number"].as_str().unwrap().to_owned();
    let _ = stage.collect(&agent, &card, "1000.00").await;
    // Half past midnight in Lagos, still the day before in UTC.
    stage.clock.set("2025-03-01T23:30:00Z".parse::<Timestamp>().unwrap());
    let (agent, sub) = (stage.api().login(&agent).await, stage.api().login(&sub).await);
    let paid = stage.collect(&sub, &card, "500.00").await;
    let reversal = format!("/contributions/{}/reversal", paid["id"].as_str().unwrap());
    let reversed =
        stage.try_ask(Some(&sub), "POST", &reversal, &json!({ "reason": "counted twice" })).await.expect(201);

    let trail = format!("/businesses/{}/audit", business.id);
    let first = stage.ask(Some(&agent), "GET the trail", &format!("{trail}?limit=3&total=true"), Value::Null).await;
    let next = format!("{trail}?limit=2&cursor={}", text(&first, "next_cursor"));
    let _ = stage.ask(Some(&agent), "GET the next page", &next, Value::Null).await;
    assert_eq!(first.json()["items"][0]["entity_id"], reversed["id"]);

    let mut of = async |query: &str| verbs(&mut stage, &agent, &business, query).await;
    assert_eq!(of("?from=2025-03-02").await, ["contribution.reverse", "contribution.post"]);
    assert_eq!(of("?to=2025-03-01&limit=2").await, ["contribution.post", "savings.open"]);
    assert_eq!(of("?verb=savings.open").await, ["savings.open"]);
    assert_eq!(of("?verb=no.such_verb").await, Vec::<String>::new());
    assert_eq!(of("?entity=savings_account").await, ["savings.open"]);
    assert_eq!(of(&format!("?entity_id={card}")).await, ["savings.open"]);
    assert_eq!(of(&format!("?actor={}", sub.id)).await, ["contribution.reverse", "contribution.post", "user.sign_up"]);
    let on_the_card = ["contribution.reverse", "contribution.post", "contribution.post", "savings.open"];
    assert_eq!(of(&format!("?search={tracking}")).await, on_the_card);
    let number = customer.phone.replace('+', "%2B");
    assert_eq!(of(&format!("?search={number}&entity=contribution")).await, on_the_card[..3]);
    let number = sub.phone.replace('+', "%2B");
    assert_eq!(of(&format!("?search={number}&from=2025-03-02")).await, ["contribution.reverse", "contribution.post"]);
    assert_eq!(of("?verb=contribution.post&to=2025-03-01").await, ["contribution.post"]);

    let wrong = format!("{trail}?verb=X&entity_id=5&from=2025-03-02&to=2025-03-01");
    let _ = stage.ask(Some(&agent), "GET with wrong filters", &wrong, Value::Null).await;
    assert_eq!(stage.try_ask(Some(&sub), "GET", &trail, &Value::Null).await.problem(403), "forbidden");
    let customer = stage.api().login(&customer).await;
    assert_eq!(stage.try_ask(Some(&customer), "GET", &trail, &Value::Null).await.problem(403), "forbidden");
    let stranger = stage.api().agent().await;
    assert_eq!(stage.try_ask(Some(&stranger), "GET", &trail, &Value::Null).await.problem(404), "not_found");

    // Sealed rows say so, and the seals hold.
    let before = page(&mut stage, &agent, &business, "?limit=100").await;
    assert!(before["items"].as_array().unwrap().iter().all(|row| row["seq"].is_null()));
    let report = stage.app.system.app.trail_seal().await.unwrap();
    assert_eq!((report.broken, report.failed), (0, 0));
    let after = page(&mut stage, &agent, &business, "?limit=100").await;
    let places: Vec<u64> =
        after["items"].as_array().unwrap().iter().rev().map(|row| row["seq"].as_u64().unwrap()).collect();
    assert_eq!(places, (1..=u64::try_from(places.len()).unwrap()).collect::<Vec<_>>());
    let verified = stage.app.system.app.trail_verify(Default::default(), &|_, _| ()).await.unwrap();
    assert_eq!((verified.differences, verified.waiting, verified.seals), (vec![], 0, report.rows));
    stage.answers.hold("trail");
}

async fn what_must_not_be_shown_is_not(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let invited = json!({ "phone": "08055550123", "role": "customer" });
    let path = format!("/businesses/{}/invitations", business.id);
    let _ = stage.try_ask(Some(&agent), "POST", &path, &invited).await.expect(201);
    let shown = page(&mut stage, &agent, &business, "?limit=100").await.to_string();
    assert!(shown.contains("invitation.create"), "{shown}");
    for secret in ["8055550123", &customer.secret, &agent.secret, &agent.token, &customer.phone] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

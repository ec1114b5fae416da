//! Rounds: a collector counts the cash of his days, the business takes it over.

use jiff::ToSpan as _;
use ofektom_domain::ports::Clock as _;
use ofektom_testkit::{Person, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    a_round_is_closed_and_accepted,
    a_round_is_given_back_and_counted_again,
    what_is_missing_or_kept_back_is_told_to_the_kobo,
    a_sub_agent_takes_back_while_his_round_is_open,
);

/// Another day, at the same time; everybody signs in again.
async fn next_day(stage: &Stage, people: [&mut Person; 2]) {
    stage.clock.set(stage.clock.now() + 24.hours());
    for person in people {
        *person = stage.api().login(person).await;
    }
}

async fn a_round_is_closed_and_accepted(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, today)).await;
    let _ = stage.collect(&sub, &card, "5000.00").await;
    let (me, he) = (Some(&agent), Some(&sub));
    let cash = format!("/businesses/{}/cash", business.id);
    let body = |counted: &str| json!({ "business_id": business.id, "counted": counted, "note": "a torn note" });
    let _ = stage.ask(he, "GET his cash", &cash, Value::Null).await;
    let mut ahead = body("4900.00");
    ahead["date"] = json!(today.tomorrow().unwrap());
    let _ = stage.ask(he, "POST a round of tomorrow", "/rounds/close", ahead).await;
    let _ = stage.ask(Some(&customer), "POST a round as a customer", "/rounds/close", body("0.00")).await;
    let closed = stage.ask(he, "POST a round", "/rounds/close", body("4900.00")).await;
    let round = format!("/rounds/{}", text(&closed, "id"));
    let _ = stage.ask(he, "POST it again", "/rounds/close", body("4900.00")).await;
    let contribution = json!({ "amount": "500.00", "method": "cash" });
    let contributions = format!("/savings/{card}/contributions");
    let _ = stage.ask(he, "POST a contribution on the closed day", &contributions, contribution.clone()).await;
    let _ = stage.try_ask(me, "POST", &contributions, &contribution).await.expect(201);
    let _ = stage.ask(he, "POST acceptance by the collector", &format!("{round}/accept"), Value::Null).await;
    let too_much = json!({ "handed_in": "4900.01" });
    let _ = stage.ask(me, "POST acceptance of too much", &format!("{round}/accept"), too_much).await;
    let handed_in = json!({ "handed_in": "4000.00" });
    let _ = stage.ask(me, "POST acceptance", &format!("{round}/accept"), handed_in).await;
    let _ = stage.ask(me, "POST acceptance again", &format!("{round}/accept"), Value::Null).await;
    let _ = stage.ask(me, "POST reopening too late", &format!("{round}/reopen"), json!({ "reason": "late" })).await;
    let _ = stage.ask(me, "GET the round", &round, Value::Null).await;
    let _ = stage.ask(me, "GET the cash of the business", &cash, Value::Null).await;
    let entries = format!("/businesses/{}/ledger/entries?event=remittance", business.id);
    let _ = stage.ask(me, "GET the remittance in the journal", &entries, Value::Null).await;
    let _ = stage.ask(he, "GET his notifications", "/me/notifications", Value::Null).await;
    stage.answers.hold("round_accepted");
}

async fn a_round_is_given_back_and_counted_again(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (mut agent, business, customer) = stage.business().await;
    let mut sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, today)).await;
    let body = |counted: &str| json!({ "business_id": business.id, "counted": counted });
    let _ = stage.collect(&sub, &card, "5000.00").await;
    let first = stage.try_ask(Some(&sub), "POST", "/rounds/close", &body("500.00")).await;
    next_day(&stage, [&mut agent, &mut sub]).await;
    let _ = stage.collect(&sub, &card, "1000.00").await;
    let second = stage.try_ask(Some(&sub), "POST", "/rounds/close", &body("1000.00")).await;
    let why = json!({ "reason": "a zero is missing" });
    let reopen = |round: &str| format!("/rounds/{round}/reopen");
    let (first, second) = (text(&first, "id"), text(&second, "id"));
    let refused = stage.try_ask(Some(&agent), "POST", &reopen(&first), &why).await;
    assert_eq!(refused.problem(409), "round_not_latest");
    assert_eq!(stage.try_ask(Some(&sub), "POST", &reopen(&second), &why).await.problem(403), "forbidden");
    let short = stage.try_ask(Some(&agent), "POST", &reopen(&second), &json!({ "reason": "x" })).await;
    assert_eq!(short.problem(422), "validation_failed");
    for round in [&second, &first] {
        let reopened = stage.try_ask(Some(&agent), "POST", &reopen(round), &why).await.expect(200);
        assert_eq!((&reopened["status"], &reopened["reason"]), (&json!("reopened"), &json!("a zero is missing")));
    }
    let whole = stage.try_ask(Some(&sub), "POST", "/rounds/close", &body("6000.00")).await.expect(201);
    let fields = ["covers_from", "expected", "difference"].map(|field| whole[field].clone());
    assert_eq!(json!(fields), json!([null, "6000.00", "0.00"]));
    let path = |query: &str| format!("/rounds?business_id={}&total=true{query}", business.id);
    for (query, count) in
        [("", 3), ("&status=reopened", 2), ("&status=closed", 1), ("&date=2025-03-01", 1), ("&search=nobody", 0)]
    {
        let page = stage.try_ask(Some(&agent), "GET", &path(query), &Value::Null).await.expect(200);
        assert_eq!(page["total"], count, "{query}");
    }
    let both = stage.try_ask(Some(&agent), "GET", &path("&date=2025-03-01&from=2025-03-01"), &Value::Null).await;
    assert_eq!(both.problem(422), "validation_failed");
    let told = stage.try_ask(Some(&sub), "GET", "/me/notifications?limit=1", &Value::Null).await.expect(200);
    assert_eq!(told["items"][0]["kind"], "round_reopened");
}

async fn what_is_missing_or_kept_back_is_told_to_the_kobo(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (mut agent, business, customer) = stage.business().await;
    let mut sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, today)).await;
    let close = |counted: &str| json!({ "business_id": business.id, "counted": counted });
    // Counted, handed in; what is expected the next day, and what the business has not got now.
    for (collected, counted, handed_in, expected, outstanding) in [
        ("1000.00", "1000.00", "900.00", "1000.00", "100.00"),
        ("500.05", "600.04", "600.04", "600.05", "0.00"),
        ("200.00", "250.00", "0.00", "200.00", "250.00"),
        ("0.05", "250.05", "250.05", "250.05", "0.00"),
    ] {
        let _ = stage.collect(&sub, &card, collected).await;
        let closed = stage.try_ask(Some(&sub), "POST", "/rounds/close", &close(counted)).await.expect(201);
        assert_eq!(closed["expected"], expected, "{collected}");
        let accept = format!("/rounds/{}/accept", closed["id"].as_str().unwrap());
        let handed_in = json!({ "handed_in": handed_in });
        let accepted = stage.try_ask(Some(&agent), "POST", &accept, &handed_in).await.expect(200);
        assert_eq!(accepted["handed_in"], handed_in["handed_in"]);
        let cash = format!("/businesses/{}/cash", business.id);
        let told = stage.try_ask(Some(&sub), "GET", &cash, &Value::Null).await.expect(200);
        assert_eq!((told["collectors"].as_array().unwrap().len(), &told["outstanding"]), (1, &json!(outstanding)));
        next_day(&stage, [&mut agent, &mut sub]).await;
    }
    let sums = format!("/businesses/{}/ledger/trial-balance", business.id);
    let sums = stage.try_ask(Some(&agent), "GET", &sums, &Value::Null).await.expect(200);
    let balance = |account: &str| {
        let line = sums["lines"].as_array().unwrap().iter().find(|line| line["account"] == account).unwrap().clone();
        line["balance"].as_str().unwrap().to_owned()
    };
    assert_eq!(balance("bank"), "1750.09");
    assert_eq!(balance("cash_difference"), "-49.99", "a kobo was missing, and 50.00 were left over");
    assert_eq!(balance("cash"), "0.00");
    let summary = format!("/businesses/{}/summary", business.id);
    let summary = stage.try_ask(Some(&agent), "GET", &summary, &Value::Null).await.expect(200);
    assert_eq!(summary["outstanding_cash"], "0.00");
    let report = stage.app.system.app.ledger_verify(&|_, _| {}).await.unwrap();
    assert!(report.rounds == 4 && report.differences.is_empty(), "{report:?}");
}

async fn a_sub_agent_takes_back_while_his_round_is_open(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (mut agent, business, customer) = stage.business().await;
    let mut sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, today)).await;
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(stage.collect(&sub, &card, "500.00").await["id"].as_str().unwrap().to_owned());
    }
    let path = |id: &str| format!("/contributions/{id}/reversal");
    let why = json!({ "reason": "another card" });
    let _ = stage.try_ask(Some(&sub), "POST", &path(&made[0]), &why).await.expect(201);
    let close = json!({ "business_id": business.id, "counted": "500.00" });
    let round = stage.try_ask(Some(&sub), "POST", "/rounds/close", &close).await.expect(201);
    assert_eq!((&round["reversed"], &round["expected"]), (&json!("500.00"), &json!("500.00")));
    for person in [&sub, &agent] {
        let refused = stage.try_ask(Some(person), "POST", &path(&made[1]), &why).await;
        assert_eq!(refused.problem(409), "round_closed", "the cash of the day is counted");
    }
    next_day(&stage, [&mut agent, &mut sub]).await;
    let refused = stage.try_ask(Some(&sub), "POST", &path(&made[1]), &why).await;
    assert_eq!(refused.problem(403), "reversal_not_yours");
    let _ = stage.try_ask(Some(&agent), "POST", &path(&made[1]), &why).await.expect(201);
    let cash = format!("/businesses/{}/cash", business.id);
    let told = stage.try_ask(Some(&sub), "GET", &cash, &Value::Null).await.expect(200);
    let fields = ["expected", "waiting", "outstanding"].map(|field| told["collectors"][0][field].clone());
    assert_eq!(json!(fields), json!(["-500.00", "500.00", "0.00"]), "what he handed in is owed to him again");
}

//! Payment requests: filed, decided, paid, failed.

use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(a_request_is_paid_by_bank, a_request_ends_in_every_way, bank_details_are_seen_by_those_who_need_them);

/// A card that has ended with 4,500.00 to pay out.
async fn ended_card(stage: &mut Stage, agent: &Person, about: (&Business, &Person)) -> String {
    let today = stage.api().today();
    let card = stage.api().daily_card(agent, about, ("500.00", 1, today)).await;
    let _ = stage.collect(agent, &card, "5000.00").await;
    let _ = stage.try_ask(Some(agent), "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    format!("/savings/{card}")
}

fn path(filed: &Reply, verb: &str) -> String {
    format!("/payment-requests/{}/{verb}", text(filed, "id"))
}

async fn a_request_is_paid_by_bank(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(owner, "POST", "/me/bank-accounts", &details).await;
    let today = stage.api().today();
    let active = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let cash = json!({ "destination": "cash" });
    let too_early = format!("/savings/{active}/payment-requests");
    let _ = stage.ask(owner, "POST on an active card", &too_early, cash.clone()).await;

    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let requests = format!("{card}/payment-requests");
    let _ = stage.ask(me, "POST without a reason", &requests, cash.clone()).await;
    let _ = stage.ask(owner, "POST a part", &requests, json!({ "destination": "cash", "amount": "100.00" })).await;
    let to_bank = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    let filed = stage.ask(owner, "POST a request", &requests, to_bank).await;
    let _ = stage.ask(owner, "POST a second one", &requests, cash).await;
    let _ = stage.ask(me, "POST disbursement too early", &path(&filed, "disburse"), json!({ "method": "cash" })).await;
    let _ = stage.ask(me, "POST approval", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.ask(me, "POST approval again", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.ask(owner, "POST cancellation too late", &path(&filed, "cancel"), Value::Null).await;
    let _ = stage.ask(me, "POST disbursement in cash", &path(&filed, "disburse"), json!({ "method": "cash" })).await;
    let transfer = json!({ "method": "bank_transfer" });
    let _ = stage.ask(me, "POST disbursement without reference", &path(&filed, "disburse"), transfer).await;
    let transfer = json!({ "method": "bank_transfer", "reference": "NIP-0001" });
    let _ = stage.ask(me, "POST disbursement", &path(&filed, "disburse"), transfer).await;
    let _ = stage.ask(owner, "GET the card", &card, Value::Null).await;
    stage.answers.hold("payout_by_bank");
}

async fn a_request_ends_in_every_way(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let requests = format!("{card}/payment-requests");
    let cash = json!({ "destination": "cash" });

    let filed = stage.try_ask(owner, "POST", &requests, &cash).await;
    let _ = stage.ask(me, "POST rejection without a reason", &path(&filed, "reject"), json!({})).await;
    let _ = stage.ask(me, "POST rejection", &path(&filed, "reject"), json!({ "reason": "come in person" })).await;
    let filed = stage.try_ask(owner, "POST", &requests, &cash).await;
    let _ = stage.ask(owner, "POST cancellation", &path(&filed, "cancel"), Value::Null).await;

    let on_behalf = json!({ "destination": "cash", "reason": "asked for by phone" });
    let filed = stage.ask(me, "POST on his behalf", &requests, on_behalf).await;
    let _ = stage.ask(me, "POST approval by the filer", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.try_ask(Some(&admin), "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
    let failed = json!({ "reason": "nobody there", "final": false });
    let _ = stage.ask(Some(&admin), "POST failure", &path(&filed, "fail"), failed).await;
    let _ = stage.ask(Some(&admin), "POST approval after failure", &path(&filed, "approve"), Value::Null).await;
    let failed = json!({ "reason": "given up", "final": true });
    let _ = stage.ask(Some(&admin), "POST final failure", &path(&filed, "fail"), failed).await;
    let _ = stage.ask(Some(&admin), "POST approval after final failure", &path(&filed, "approve"), Value::Null).await;
    let seen = stage.try_ask(me, "GET", &card, &Value::Null).await.expect(200);
    assert_eq!((&seen["balance"], &seen["held"]), (&json!("4500.00"), &json!("0.00")), "all came back");
    let _ = stage.ask(me, "GET requests", &format!("/payment-requests?business_id={}", business.id), Value::Null).await;
    stage.answers.hold("payout_ends");
}

async fn bank_details_are_seen_by_those_who_need_them(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(Some(&customer), "POST", "/me/bank-accounts", &details).await;
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let body = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    let filed = stage.try_ask(Some(&customer), "POST", &format!("{card}/payment-requests"), &body).await;
    for (person, number) in [(&customer, "0123456789"), (&agent, "0123456789"), (&sub, "******6789")] {
        let one = stage
            .try_ask(Some(person), "GET", &format!("/payment-requests/{}", text(&filed, "id")), &Value::Null)
            .await;
        assert_eq!(one.json()["destination"]["account_number"], number);
        let list = stage.try_ask(Some(person), "GET", "/payment-requests", &Value::Null).await.expect(200);
        assert_eq!(list["items"][0]["destination"]["account_number"], number);
    }
}

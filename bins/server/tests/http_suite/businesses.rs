//! Businesses, their units and their people, and a person's own bank accounts.

use jiff::ToSpan as _;
use ofektom_testkit::{TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(a_business_is_made_and_changed, people_join_and_are_promoted, bank_accounts_are_kept);

async fn a_business_is_made_and_changed(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, customer) = (stage.api().agent().await, stage.api().customer(None).await);
    let (me, nobody) = (Some(&agent), Some(&customer));
    let made = stage.ask(me, "POST a business", "/businesses", json!({ "name": "Mama Titi Ajo" })).await;
    let business = format!("/businesses/{}", text(&made, "id"));
    let _ = stage.ask(nobody, "POST a business with a PIN", "/businesses", json!({ "name": "Ajo" })).await;
    let bad = json!({ "name": "", "currency": "ZZZ", "time_zone": "Africa/Nowhere" });
    let _ = stage.ask(me, "POST a bad business", "/businesses", bad).await;
    let _ = stage.ask(me, "GET the business", &business, Value::Null).await;
    let _ = stage.ask(nobody, "GET a foreign business", &business, Value::Null).await;
    let _ = stage.ask(me, "GET businesses", "/businesses", Value::Null).await;
    let policy = json!({ "policy": { "backdate_days_max": 3, "four_eyes_above": "50000.00",
        "default_commission": { "amount": "100.00", "period": { "days": 10 } } } });
    let _ = stage.ask(me, "PATCH the policy", &business, policy).await;
    let _ =
        stage.ask(me, "PATCH the policy too far", &business, json!({ "policy": { "backdate_days_max": 367 } })).await;

    let _ = stage.ask(me, "PATCH nothing", &business, json!({})).await;
    let _ = stage.ask(me, "PATCH nothing of the policy", &business, json!({ "policy": {} })).await;

    let units = format!("{business}/units");
    let unit = stage.ask(me, "POST a unit", &units, json!({ "name": "Oke Arin" })).await;
    let _ = stage.ask(me, "POST the same unit", &units, json!({ "name": "Oke Arin" })).await;
    let one = format!("{units}/{}", text(&unit, "id"));
    let _ = stage.ask(me, "PATCH the unit", &one, json!({ "name": "Balogun" })).await;
    let _ = stage.ask(me, "GET units", &units, Value::Null).await;
    let _ = stage.ask(me, "DELETE the unit", &one, Value::Null).await;
    let _ = stage.ask(me, "DELETE the unit again", &one, Value::Null).await;
    let default = format!("{units}/{}", text(&made, "default_unit_id"));
    let _ = stage.ask(me, "DELETE the default unit", &default, Value::Null).await;
    stage.answers.hold("businesses");
}

async fn people_join_and_are_promoted(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (late, worker) = (stage.api().customer(None).await, stage.api().agent().await);
    let me = Some(&agent);
    let code = json!({ "code": business.join_code });
    let _ = stage.ask(Some(&late), "POST joining", "/businesses/join", code.clone()).await;
    let _ = stage.ask(Some(&late), "POST joining again", "/businesses/join", code.clone()).await;
    let _ = stage.ask(Some(&late), "POST joining nothing", "/businesses/join", json!({ "code": "K7M2QX" })).await;
    let _ = stage.try_ask(Some(&worker), "POST", "/businesses/join", &code).await.expect(201);
    let members = format!("/businesses/{}/members", business.id);
    let at = |id: &str| format!("{members}/{id}");
    let _ = stage.ask(me, "PATCH a PIN to sub-agent", &at(&customer.id), json!({ "role": "sub_agent" })).await;
    let _ = stage.ask(me, "PATCH a passphrase to sub-agent", &at(&worker.id), json!({ "role": "sub_agent" })).await;
    let _ = stage.ask(me, "PATCH to agent", &at(&worker.id), json!({ "role": "agent" })).await;
    let _ = stage.ask(Some(&worker), "PATCH himself to admin", &at(&worker.id), json!({ "role": "admin" })).await;
    let _ = stage.ask(me, "PATCH the owner", &at(&agent.id), json!({ "status": "suspended" })).await;
    let _ = stage.ask(me, "PATCH nothing", &at(&worker.id), json!({})).await;
    let _ = stage.ask(me, "GET sub-agents", &format!("{members}?role=sub_agent"), Value::Null).await;

    // Whom the business suspends, it no longer exists for.
    let _ = stage.ask(me, "PATCH a customer to suspended", &at(&late.id), json!({ "status": "suspended" })).await;
    let late = stage.api().login(&late).await;
    let _ = stage
        .ask(Some(&late), "GET the business as suspended", &format!("/businesses/{}", business.id), Value::Null)
        .await;
    let savings = format!("/businesses/{}/savings", business.id);
    let plan = json!({ "kind": "daily", "box_amount": "500.00", "months": 1, "start_date": "2025-03-01" });
    let _ = stage.ask(Some(&late), "POST a card as suspended", &savings, plan).await;
    stage.answers.hold("members");
}

async fn bank_accounts_are_kept(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&customer);
    let details =
        |number: &str| json!({ "bank_code": "058", "account_number": number, "account_name": "Adaeze Okafor" });
    let list = "/me/bank-accounts";
    let first = stage.ask(me, "POST a bank account", list, details("0123456789")).await;
    let _ = stage.ask(me, "POST the same bank account", list, details("0123456789")).await;
    let _ = stage.ask(me, "POST a bad bank account", list, details("012345678")).await;
    stage.clock.advance(10.minutes());
    let second = stage.ask(me, "POST another bank account", list, details("9876543210")).await;
    let second_path = format!("{list}/{}", text(&second, "id"));
    let _ = stage.ask(me, "PATCH the other to default", &second_path, json!({ "is_default": true })).await;
    let _ = stage.ask(me, "PATCH the default away", &second_path, json!({ "is_default": false })).await;
    let _ = stage.ask(me, "GET bank accounts", list, Value::Null).await;

    // The second one is new: money does not go there for a day. To the first one it does.
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let _ = stage.collect(&agent, &card, "5000.00").await;
    let _ = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let requests = format!("/savings/{card}/payment-requests");
    let to = |id: &str| json!({ "destination": { "bank_account_id": id } });
    let _ = stage.ask(me, "POST to the new account", &requests, to(&text(&second, "id"))).await;
    let filed = stage.ask(me, "POST to the first account", &requests, to(&text(&first, "id"))).await;
    let cancel = format!("/payment-requests/{}/cancel", text(&filed, "id"));
    let _ = stage.try_ask(me, "POST", &cancel, &Value::Null).await.expect(200);
    stage.clock.advance(24.hours());
    let customer = stage.api().login(&customer).await;
    let me = Some(&customer);
    let _ = stage.ask(me, "POST to the new account a day later", &requests, to(&text(&second, "id"))).await;

    let gone =
        stage.try_ask(me, Method::DELETE.as_str(), &format!("{list}/{}", text(&first, "id")), &Value::Null).await;
    assert_eq!(gone.status, 204);
    let _ = stage.ask(me, "GET bank accounts without the first", list, Value::Null).await;
    let _ = stage.ask(me, "PATCH nothing", &second_path, json!({})).await;
    let _ = stage.ask(me, "PATCH nothing of the profile", "/me", json!({})).await;
    stage.answers.hold("bank_accounts");
}

//! What people are told, as they read it.

use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(a_customer_is_told_and_reads, preferences_are_kept, history_stays_with_who_left);

async fn a_customer_is_told_and_reads(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let _ = stage.ask(owner, "GET nothing yet", "/me/notifications", Value::Null).await;
    let paid = stage.collect(&agent, &card, "2000.00").await;
    let wrong = stage.collect(&agent, &card, "500.00").await;
    let reversal = format!("/contributions/{}/reversal", wrong["id"].as_str().unwrap());
    let _ =
        stage.try_ask(me, "POST", &reversal, &json!({ "reason": "wrong card, call 08031234567" })).await.expect(201);
    let _ = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(owner, "POST", "/me/bank-accounts", &details).await;
    let to_bank = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    let filed = stage.try_ask(owner, "POST", &format!("/savings/{card}/payment-requests"), &to_bank).await;
    let request = format!("/payment-requests/{}", text(&filed, "id"));
    let _ = stage.try_ask(me, "POST", &format!("{request}/approve"), &Value::Null).await.expect(200);
    let transfer = json!({ "method": "bank_transfer", "reference": "NIP-0001" });
    let _ = stage.try_ask(me, "POST", &format!("{request}/disburse"), &transfer).await.expect(200);

    let listed = stage.ask(owner, "GET all", "/me/notifications", Value::Null).await;
    for private in ["0123456789", "08031234567", &agent.phone, &customer.phone] {
        assert!(!listed.text().contains(private), "{private} is in {}", listed.text());
    }
    let items = listed.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 6);
    assert_eq!(items[5]["subject"], json!({ "entity": "contribution", "id": paid["id"] }));
    let _ = stage.ask(me, "GET the agent's", "/me/notifications", Value::Null).await;
    let _ = stage.ask(owner, "GET the number", "/me/notifications/unread-count", Value::Null).await;
    let first = format!("/me/notifications/{}/read", items[5]["id"].as_str().unwrap());
    let read = stage.ask(owner, "POST one as read", &first, Value::Null).await;
    let again = stage.try_ask(owner, "POST", &first, &Value::Null).await.expect(200);
    assert_eq!(again["read_at"], read.json()["read_at"], "the first reading stands");
    let _ = stage.try_ask(me, "POST", &first, &Value::Null).await.problem(404);
    let _ = stage.ask(owner, "GET read ones", "/me/notifications?status=read", Value::Null).await;
    let filter = "/me/notifications?status=unread&kind=payout_paid&limit=1";
    let _ = stage.ask(owner, "GET unread payouts", filter, Value::Null).await;
    let up_to = json!({ "up_to": items[3]["id"] });
    let _ = stage.ask(owner, "POST some as read", "/me/notifications/read-all", up_to.clone()).await;
    let _ = stage.ask(me, "POST up to another's", "/me/notifications/read-all", up_to).await;
    let _ = stage.ask(owner, "POST all as read", "/me/notifications/read-all", json!({})).await;
    let _ = stage.ask(owner, "GET the number afterwards", "/me/notifications/unread-count", Value::Null).await;
    stage.answers.hold("notifications");
}

async fn preferences_are_kept(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let owner = Some(&customer);
    let path = "/me/notification-preferences";
    let _ = stage.ask(owner, "GET preferences", path, Value::Null).await;
    let off = json!({ "contribution_posted": false, "savings_completed": true });
    let _ = stage.ask(owner, "PATCH markings off", path, off).await;
    let _ = stage.ask(owner, "PATCH a warning off", path, json!({ "contribution_reversed": false })).await;
    let _ = stage.ask(owner, "PATCH a kind that there is not", path, json!({ "gossip": false })).await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let _ = stage.collect(&agent, &card, "2000.00").await;
    let listed = stage.try_ask(owner, "GET", "/me/notifications", &Value::Null).await.expect(200);
    assert_eq!(listed["items"], json!([]));
    let _ = stage.try_ask(owner, "PATCH", path, &json!({ "contribution_posted": true })).await.expect(200);
    let _ = stage.collect(&agent, &card, "500.00").await;
    let listed = stage.try_ask(owner, "GET", "/me/notifications", &Value::Null).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    stage.answers.hold("notification_preferences");
}

/// What was told is the person's own, whatever becomes of his place in the business.
async fn history_stays_with_who_left(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let _ = stage.collect(&agent, &card, "500.00").await;
    let member = format!("/businesses/{}/members/{}", business.id, customer.id);
    let _ = stage.try_ask(Some(&agent), "PATCH", &member, &json!({ "status": "suspended" })).await.expect(200);
    let customer = stage.api().login(&customer).await;
    let _ = stage.try_ask(Some(&customer), "GET", &format!("/savings/{card}"), &Value::Null).await.problem(404);
    let listed = stage.try_ask(Some(&customer), "GET", "/me/notifications", &Value::Null).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let path = format!("/me/notifications/{}/read", listed["items"][0]["id"].as_str().unwrap());
    let _ = stage.try_ask(Some(&customer), "POST", &path, &Value::Null).await.expect(200);
}

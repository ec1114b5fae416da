//! What people are told of invitations, sign-ins and bank details, and where they are signed in.

use jiff::ToSpan as _;
use ofektom_domain::ports::Message;
use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    invitations_are_told,
    a_change_of_bank_details_is_announced,
    a_suspicious_sign_in_is_told_and_ended,
    sessions_are_seen_and_ended,
    maturing_is_counted,
);

async fn news(stage: &mut Stage, person: &Person, asked: &str) -> Value {
    stage.ask(Some(person), asked, "/me/notifications", Value::Null).await.expect(200)
}

async fn invitations_are_told(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let (worker, other) = (stage.api().agent().await, stage.api().customer(None).await);
    let list = format!("/businesses/{}/invitations", business.id);
    for (person, role, answer) in [(&worker, "sub_agent", "accept"), (&other, "customer", "reject")] {
        let body = json!({ "phone": person.phone, "role": role });
        let _ = stage.try_ask(Some(&agent), "POST", &list, &body).await.expect(201);
        let Some(Message::Invitation { token, .. }) = stage.app.messages_take().pop() else { panic!("no invitation") };
        let told = news(&mut stage, person, &format!("GET what a {role} is told")).await;
        assert!(!told.to_string().contains(&token), "the token is in the message alone");
        let answered = format!("/invitations/{token}/{answer}");
        let _ = stage.try_ask(Some(person), "POST", &answered, &Value::Null).await.expect(200);
    }
    let _ = news(&mut stage, &agent, "GET what the inviter is told").await;
    let off = json!({ "invitation_accepted": false, "invitation_rejected": false, "invitation_received": false });
    let _ = stage.try_ask(Some(&agent), "PATCH", "/me/notification-preferences", &off).await.expect(200);
    stage.answers.hold("news_of_invitations");
}

async fn a_change_of_bank_details_is_announced(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let collector = stage.api().staff(&agent, &business, "sub_agent").await;
    let today = stage.api().today();
    let _ = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let me = Some(&customer);
    let details =
        |number: &str| json!({ "bank_code": "058", "account_number": number, "account_name": "Adaeze Okafor" });
    let list = "/me/bank-accounts";
    let first = stage.try_ask(me, "POST", list, &details("0123456789")).await.expect(201);
    let sent = |stage: &Stage| stage.app.messages_take();
    assert!(sent(&stage).is_empty(), "the very first replaces nothing");
    let second = stage.try_ask(me, "POST", list, &details("9876543210")).await.expect(201);
    let second = format!("{list}/{}", second["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "PATCH", &second, &json!({ "is_default": true })).await.expect(200);
    let _ = stage.try_ask(me, "PATCH", &second, &json!({ "account_number": "9876543211" })).await.expect(200);
    assert_eq!(stage.try_ask(me, "DELETE", &second, &Value::Null).await.status, 204);
    let messages = sent(&stage);
    assert_eq!(messages.len(), 4, "each change is told by message, too");
    for message in messages {
        let Message::BankDetailsChanged { phone, .. } = message else { panic!("another message") };
        assert_eq!(phone.as_str(), customer.phone);
    }
    let own = news(&mut stage, &customer, "GET what the customer is told").await;
    let decider = news(&mut stage, &agent, "GET what a decider is told").await;
    assert_eq!(decider["items"][0]["subject"]["id"], json!(customer.id));
    let also = stage.try_ask(Some(&admin), "GET", "/me/notifications", &Value::Null).await.expect(200);
    assert_eq!(also["items"].as_array().unwrap().len(), 4);
    let nobody = stage.try_ask(Some(&collector), "GET", "/me/notifications", &Value::Null).await.expect(200);
    assert_eq!(nobody["items"], json!([]), "he decides nothing");
    for private in ["0123456789", "9876543210", "9876543211", "6789", "3211", &customer.phone, "Adaeze"] {
        assert!(!decider.to_string().contains(private) && !own.to_string().contains(private), "{private}");
    }
    let off = json!({ "bank_details_changed": false, "suspicious_sign_in": false });
    let _ = stage.ask(me, "PATCH the warnings off", "/me/notification-preferences", off).await;
    assert!(first["id"].is_string());
    stage.answers.hold("news_of_bank_details");
}

/// A sign-in with a client that calls itself so.
async fn sign_in(stage: &Stage, person: &Person, secret: &str, client: &str) -> Reply {
    stage.clock.advance(1.seconds());
    let body = json!({ "phone": person.phone, "secret": secret });
    let request = stage.api().request(Method::POST, "/api/v1/auth/login").header("User-Agent", client);
    stage.api().send(request.json(&body)).await
}

async fn a_suspicious_sign_in_is_told_and_ended(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let customer = stage.api().customer(None).await;
    for _ in 0..6 {
        assert_eq!(sign_in(&stage, &customer, "530718", "Thief").await.problem(401), "invalid_credentials");
        stage.clock.advance(2.minutes());
    }
    let thief = sign_in(&stage, &customer, &customer.secret, "Thief").await.expect(200);
    let told = news(&mut stage, &customer, "GET what is told of a sign-in").await;
    let session = told["items"][0]["subject"]["id"].as_str().unwrap().to_owned();
    let end = format!("/auth/sessions/{session}");
    assert_eq!(stage.try_ask(Some(&customer), "DELETE", &end, &Value::Null).await.status, 204);
    let thief = Person { token: thief["access_token"].as_str().unwrap().to_owned(), ..customer.clone() };
    assert_eq!(stage.try_ask(Some(&thief), "GET", "/me", &Value::Null).await.problem(401), "unauthenticated");
    stage.answers.hold("news_of_a_sign_in");
}

async fn sessions_are_seen_and_ended(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let customer = stage.api().customer(None).await;
    let tokens = sign_in(&stage, &customer, &customer.secret, "Ofektom/2.1 (Android 14)").await.expect(200);
    let text_of = |field: &str| tokens[field].as_str().unwrap().to_owned();
    let phone = Person { token: text_of("access_token"), refresh_token: text_of("refresh_token"), ..customer.clone() };
    let listed = stage.ask(Some(&phone), "GET sessions", "/auth/sessions", Value::Null).await.expect(200);
    let sessions = listed["items"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["current"], &sessions[1]["current"]), (&json!(true), &json!(false)));
    // A refresh is a use.
    stage.clock.advance(5.minutes());
    let body = json!({ "refresh_token": customer.refresh_token });
    let renewed = stage.try_ask(None, "POST", "/auth/refresh", &body).await;
    let renewed =
        Person { token: text(&renewed, "access_token"), refresh_token: text(&renewed, "refresh_token"), ..customer };
    let listed = stage.try_ask(Some(&phone), "GET", "/auth/sessions", &Value::Null).await.expect(200);
    assert_ne!(listed["items"][1]["last_used_at"], sessions[1]["last_used_at"]);
    let end = format!("/auth/sessions/{}", sessions[1]["id"].as_str().unwrap());
    assert_eq!(stage.try_ask(Some(&phone), "DELETE", &end, &Value::Null).await.status, 204);
    assert_eq!(stage.try_ask(Some(&renewed), "GET", "/me", &Value::Null).await.problem(401), "unauthenticated");
    let body = json!({ "refresh_token": renewed.refresh_token });
    assert_eq!(stage.try_ask(None, "POST", "/auth/refresh", &body).await.problem(401), "unauthenticated");
    assert_eq!(stage.try_ask(Some(&phone), "DELETE", &end, &Value::Null).await.problem(404), "not_found");
    let _ = stage.try_ask(Some(&phone), "GET", "/me", &Value::Null).await.expect(200);
    stage.answers.hold("sessions");
}

async fn maturing_is_counted(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let _ = stage.collect(&agent, &card, "2000.00").await;
    stage.clock.advance((32 * 24).hours());
    let report = stage.app.system.app.cards_mature().await.unwrap();
    assert_eq!(report.completed, 1);
    let counters = stage.api().send(stage.api().request(Method::GET, "/metrics")).await.expect(200);
    let maturity = &counters["maturity"];
    assert_eq!((&maturity["cards_completed"], &maturity["businesses_failed"]), (&json!(1), &json!(0)), "{counters}");
    assert_eq!(maturity["last_run_at"], counters["timestamp"], "the clock stands still");
    let customer = stage.api().login(&customer).await;
    let told = stage.try_ask(Some(&customer), "GET", "/me/notifications?limit=1", &Value::Null).await.expect(200);
    let item = &told["items"][0];
    assert_eq!((&item["kind"], &item["data"]["reason"]), (&json!("savings_completed"), &json!("matured")), "{told}");
}

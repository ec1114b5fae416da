//! Changing a secret, resetting a forgotten one, and what happens to those who guess.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::ToSpan as _;
use ofektom_domain::ports::Message;
use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::database::Database;
use crate::stage::Stage;

on_both_engines!(
    a_change_ends_the_other_sessions,
    a_pin_may_become_a_passphrase,
    guessing_the_old_secret_locks,
    a_forgotten_secret_is_reset,
    strangers_and_known_numbers_get_the_same_answer,
    a_code_is_good_for_ten_minutes_and_five_tries,
    codes_are_not_sent_without_end,
    who_is_not_active_gets_no_code,
    a_suspicious_sign_in_leaves_a_row,
);

const CHANGE: &str = "/api/v1/auth/secret/change";
const REQUEST: &str = "/api/v1/auth/secret/reset-request";
const RESET: &str = "/api/v1/auth/secret/reset";
const NEW: &str = "the rain came early";

async fn change(stage: &Stage, person: &Person, old: &str, new: &str) -> Reply {
    stage.api().post(Some(person), CHANGE, &json!({ "old_secret": old, "new_secret": new })).await
}

async fn request(stage: &Stage, phone: &str) -> Reply {
    stage.api().post(None, REQUEST, &json!({ "phone": phone })).await
}

async fn reset(stage: &Stage, phone: &str, code: &str, new: &str) -> Reply {
    stage.api().post(None, RESET, &json!({ "phone": phone, "code": code, "new_secret": new })).await
}

async fn login(stage: &Stage, phone: &str, secret: &str) -> Reply {
    stage.api().post(None, "/api/v1/auth/login", &json!({ "phone": phone, "secret": secret })).await
}

/// Asks for a code and reads it.
async fn code_of(stage: &Stage, person: &Person) -> String {
    let _ = request(stage, &person.phone).await.expect(202);
    let Message::SecretCode { phone, code, minutes } = stage.app.message_next().await else { panic!("no code") };
    assert_eq!((phone.as_str(), minutes), (person.phone.as_str(), 10));
    code
}

/// A code that is not the right one.
fn another(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}

async fn a_change_ends_the_other_sessions(db: TestDb) {
    let stage = Stage::new(db).await;
    let here = stage.api().agent().await;
    let (there, bystander) = (stage.api().login(&here).await, stage.api().agent().await);
    let old = here.secret.as_str();
    assert_eq!(change(&stage, &here, "not the passphrase", NEW).await.problem(403), "old_secret_wrong");
    for (new, why) in [(old, "the same"), ("274950", "a PIN"), ("short", "too short"), ("+2348030000001", "his number")]
    {
        let refused = change(&stage, &here, old, new).await;
        assert_eq!(refused.problem(422), "validation_failed", "{why}");
        assert_eq!(refused.json()["errors"][0]["field"], "new_secret", "{why}");
    }
    assert_eq!(stage.api().get(&there, "/api/v1/me").await.status, 200, "a refused change ends nothing");

    assert_eq!(change(&stage, &here, old, NEW).await.expect(200), json!({ "sessions_ended": 1 }));
    assert_eq!(stage.api().get(&here, "/api/v1/me").await.status, 200, "the caller goes on");
    assert_eq!(stage.api().get(&there, "/api/v1/me").await.problem(401), "unauthenticated");
    let refresh = json!({ "refresh_token": there.refresh_token });
    assert_eq!(stage.api().post(None, "/api/v1/auth/refresh", &refresh).await.status, 401);
    assert_eq!(login(&stage, &here.phone, old).await.problem(401), "invalid_credentials");
    assert_eq!(login(&stage, &here.phone, NEW).await.status, 200);
    assert_eq!(stage.api().get(&bystander, "/api/v1/me").await.status, 200);
    let request = stage.api().post(None, CHANGE, &json!({ "old_secret": old, "new_secret": NEW })).await;
    assert_eq!(request.problem(401), "unauthenticated");
}

/// So that a customer can be asked to work for the business.
async fn a_pin_may_become_a_passphrase(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let member = format!("/api/v1/businesses/{}/members/{}", business.id, customer.id);
    let promote = async || {
        let request = stage.api().request(Method::PATCH, &member).bearer_auth(&agent.token);
        stage.api().send(request.json(&json!({ "role": "sub_agent" }))).await
    };
    assert_eq!(promote().await.problem(403), "passphrase_required");
    assert_eq!(change(&stage, &customer, &customer.secret, "112233").await.problem(422), "validation_failed");
    assert_eq!(change(&stage, &customer, &customer.secret, NEW).await.status, 200);
    assert_eq!(stage.api().get(&customer, "/api/v1/me").await.json()["credential"], "passphrase");
    assert_eq!(promote().await.status, 200);
    assert_eq!(change(&stage, &customer, NEW, "274951").await.problem(422), "validation_failed");
}

async fn guessing_the_old_secret_locks(db: TestDb) {
    let stage = Stage::new(db).await;
    let person = stage.api().agent().await;
    let mut wrong = 0;
    let lock = loop {
        let answer = change(&stage, &person, "not the passphrase", NEW).await;
        match answer.problem(answer.status).as_str() {
            "old_secret_wrong" => wrong += 1,
            "account_locked" if answer.header("retry-after") == "900" => break answer,
            "account_locked" => {
                let wait: i64 = answer.header("retry-after").parse().unwrap();
                stage.clock.advance(wait.seconds());
            }
            other => panic!("{other}"),
        }
    };
    assert_eq!((wrong, lock.status), (10, 429));
    assert_eq!(change(&stage, &person, &person.secret, NEW).await.problem(429), "account_locked");
    assert_eq!(login(&stage, &person.phone, &person.secret).await.problem(429), "account_locked");
    stage.clock.advance(15.minutes());
    assert_eq!(change(&stage, &stage.api().login(&person).await, &person.secret, NEW).await.status, 200);
}

async fn a_forgotten_secret_is_reset(db: TestDb) {
    let database = Database::open(&db).await;
    let stage = Stage::new(db).await;
    let person = stage.api().agent().await;
    // Someone has tried too often from elsewhere: the code forgets that, for his number.
    let elsewhere = reqwest::Client::builder().local_address(Some(IpAddr::from([127, 0, 0, 2]))).build().unwrap();
    let url = format!("{}/api/v1/auth/login", stage.api().url);
    for _ in 0..10 {
        let guess = json!({ "phone": person.phone, "secret": "not the passphrase" });
        let _ = stage.api().send(elsewhere.post(&url).json(&guess)).await;
        stage.clock.advance(1.minutes());
    }
    assert_eq!(login(&stage, &person.phone, &person.secret).await.problem(429), "account_locked");
    let code = code_of(&stage, &person).await;
    assert_eq!(code.len(), 8);
    assert_eq!(reset(&stage, &person.phone, &code, "274950").await.problem(422), "validation_failed", "a PIN");
    assert_eq!(reset(&stage, &person.phone, "1234567", NEW).await.problem(422), "validation_failed", "seven digits");
    assert_eq!(reset(&stage, &person.phone, &code, NEW).await.status, 204);
    assert_eq!(login(&stage, &person.phone, NEW).await.status, 200, "his number is not locked any more");
    assert_eq!(stage.api().get(&person, "/api/v1/me").await.problem(401), "unauthenticated");
    assert_eq!(reset(&stage, &person.phone, &code, "another passphrase").await.problem(422), "code_rejected");
    assert_eq!(login(&stage, &person.phone, NEW).await.status, 200);
    let trail =
        "SELECT CAST(coalesce(state_before, state_after) AS TEXT) AS value FROM audit_rows WHERE verb = 'secret.reset'";
    let rows = database.texts(trail).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(!rows[0].contains(&code), "{rows:?}");
}

async fn strangers_and_known_numbers_get_the_same_answer(db: TestDb) {
    let stage = Stage::new(db).await;
    let person = stage.api().customer(None).await;
    let code = code_of(&stage, &person).await;
    let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
    let told = |reply: &Reply| (reply.status, reply.text(), names(reply));
    let (known, unknown) = (request(&stage, &person.phone).await, request(&stage, "08099999999").await);
    assert_eq!(told(&known), told(&unknown));
    assert_eq!(known.status, 202);
    let latest = stage.app.message_next().await;
    assert!(matches!(&latest, Message::SecretCode { code: latest, .. } if *latest != code), "a new code each time");

    let refused = |reply: &Reply| {
        let mut problem = reply.json();
        problem["request_id"] = Value::Null;
        (reply.status, problem)
    };
    let wrong = refused(&reset(&stage, &person.phone, &code, "274950").await);
    assert_eq!(wrong.1["code"], "code_rejected", "the code before is worthless");
    assert_eq!(refused(&reset(&stage, "08099999999", &code, "274950").await), wrong, "an unknown number");
    assert_eq!(refused(&reset(&stage, "08099999998", &code, "274950").await), wrong, "nobody asked for a code");
    stage.clock.advance(10.minutes());
    let Message::SecretCode { code, .. } = latest else { panic!("no code") };
    assert_eq!(refused(&reset(&stage, &person.phone, &code, "274950").await), wrong, "too old");
    assert_eq!(login(&stage, &person.phone, &person.secret).await.status, 200, "nothing was changed");
}

async fn a_code_is_good_for_ten_minutes_and_five_tries(db: TestDb) {
    let stage = Stage::new(db).await;
    let person = stage.api().customer(None).await;
    let code = code_of(&stage, &person).await;
    stage.clock.advance(9.minutes());
    assert_eq!(reset(&stage, &person.phone, &code, "530718").await.status, 204);

    let code = code_of(&stage, &person).await;
    for _ in 0..5 {
        assert_eq!(reset(&stage, &person.phone, &another(&code), "918273").await.problem(422), "code_rejected");
        stage.clock.advance(2.seconds());
    }
    stage.clock.advance(1.minutes());
    assert_eq!(reset(&stage, &person.phone, &code, "918273").await.problem(422), "code_rejected", "tried too often");
    let code = code_of(&stage, &person).await;
    stage.clock.advance(1.minutes());
    assert_eq!(reset(&stage, &person.phone, &code, "918273").await.status, 204, "a new code has tries of its own");
    assert_eq!(login(&stage, &person.phone, "918273").await.status, 200);
}

async fn codes_are_not_sent_without_end(db: TestDb) {
    let database = Database::open(&db).await;
    let stage = Stage::new(db).await;
    let person = stage.api().customer(None).await;
    for _ in 0..5 {
        let _ = code_of(&stage, &person).await;
    }
    let code = "SELECT CAST(count(*) AS TEXT) AS value FROM audit_rows WHERE verb = 'secret.reset_request'";
    assert_eq!(request(&stage, &person.phone).await.status, 202);
    assert_eq!(database.texts(code).await, ["5"], "the sixth request is not served, and nothing tells so");
    stage.clock.advance(15.minutes());
    let code = code_of(&stage, &person).await;
    assert_eq!(reset(&stage, &person.phone, &code, "530718").await.status, 204);
}

async fn who_is_not_active_gets_no_code(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let body = json!({ "phone": "08034443322", "full_name": "Ngozi Eze" });
    let path = format!("/api/v1/businesses/{}/customers", business.id);
    let _ = stage.api().post(Some(&agent), &path, &body).await.expect(201);
    let Message::Activation { token, .. } = stage.app.message_next().await else { panic!("no activation") };
    let _ = request(&stage, "08034443322").await.expect(202);
    // The next message is of whoever asked afterwards, and the activation goes on as if nothing had been asked.
    let _ = code_of(&stage, &customer).await;
    let activate = json!({ "token": token, "secret": "530718" });
    assert_eq!(stage.api().post(None, "/api/v1/auth/activate", &activate).await.status, 200);
    assert_eq!(login(&stage, "08034443322", "530718").await.status, 200);
}

async fn a_suspicious_sign_in_leaves_a_row(db: TestDb) {
    let database = Database::open(&db).await;
    let stage = Stage::new(db).await;
    let person = stage.api().agent().await;
    let rows = async || {
        let rows =
            "SELECT CAST(state_after AS TEXT) AS value FROM audit_rows WHERE verb = 'session.suspicious' ORDER BY id";
        database.texts(rows).await
    };
    let login_at = async |address: [u8; 4], client: &str| {
        let at = reqwest::Client::builder().local_address(Some(IpAddr::from(address))).build().unwrap();
        let body = json!({ "phone": person.phone, "secret": person.secret });
        let url = format!("{}/api/v1/auth/login", stage.api().url);
        let _ = stage.api().send(at.post(url).header("User-Agent", client).json(&body)).await.expect(200);
        stage.clock.advance(1.seconds());
    };
    login_at([127, 0, 0, 1], "Phone 1").await;
    login_at([127, 0, 0, 2], "Phone 1").await;
    assert_eq!(rows().await, Vec::<String>::new(), "a known client, or a known address");
    login_at([127, 0, 0, 3], "Tablet 7").await;
    assert!(rows().await[0].contains("new_place"), "{:?}", rows().await);
    login_at([127, 0, 0, 3], "Tablet 7").await;
    assert_eq!(rows().await.len(), 1, "it is known by now");
    for _ in 0..5 {
        let _ = login(&stage, &person.phone, "not the passphrase").await;
        stage.clock.advance(2.seconds());
    }
    login_at([127, 0, 0, 2], "Phone 1").await;
    let rows = rows().await;
    assert!(rows.len() == 2 && rows[1].contains("after_failures") && rows[1].contains('5'), "{rows:?}");
}

//! Signing up, in and out, and what happens to those who guess.

use std::net::IpAddr;

use jiff::ToSpan as _;
use ofektom_domain::ports::Message;
use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    people_sign_up_and_in,
    a_used_refresh_token_ends_its_session,
    signing_out_ends_tokens_at_once,
    guessing_is_slowed_down_and_locked,
    an_activation_token_is_used_once_and_in_time,
);

async fn people_sign_up_and_in(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let signup = |phone: &str, secret: &str, role: &str| json!({ "phone": phone, "secret": secret, "full_name": "Adaeze Okafor", "role": role });
    let agent =
        stage.ask(None, "POST an agent", "/auth/signup", signup("08012345678", "market day at noon", "agent")).await;
    assert_eq!(agent.json()["phone"], "+2348012345678");
    let _ =
        stage.ask(None, "POST the same number", "/auth/signup", signup("+2348012345678", "274951", "customer")).await;
    let _ = stage.ask(None, "POST a short passphrase", "/auth/signup", signup("08012345679", "short", "agent")).await;
    let _ = stage.ask(None, "POST a trivial PIN", "/auth/signup", signup("08012345679", "123456", "customer")).await;
    let _ = stage.ask(None, "POST letters", "/auth/signup", signup("0801234567a", "274951", "customer")).await;
    let mut with_code = signup("08012345679", "274951", "customer");
    with_code["business_code"] = json!("K7M2QX");
    let _ = stage.ask(None, "POST an unknown business code", "/auth/signup", with_code).await;

    let login = |phone: &str, secret: &str| json!({ "phone": phone, "secret": secret });
    let tokens = stage.ask(None, "POST login", "/auth/login", login("8012345678", "market day at noon")).await;
    let _ = stage.ask(None, "POST a wrong secret", "/auth/login", login("08012345678", "market day at one")).await;
    let _ = stage.ask(None, "POST an unknown number", "/auth/login", login("08012345000", "market day at one")).await;
    let person = person(&tokens);
    let _ = stage.ask(Some(&person), "GET sessions", "/auth/sessions", Value::Null).await;
    let _ = stage.ask(Some(&person), "GET me", "/me", Value::Null).await;
    let _ = stage
        .ask(Some(&person), "PATCH me", "/me", json!({ "full_name": "Ada Okafor", "email": "ada@example.com" }))
        .await;
    let _ = stage.ask(None, "GET me as nobody", "/me", Value::Null).await;
    let forged = Person { token: format!("{}x", person.token), ..person };
    let _ = stage.ask(Some(&forged), "GET me with a forged token", "/me", Value::Null).await;
    stage.answers.hold("sign_in");
}

fn person(tokens: &Reply) -> Person {
    let (phone, secret) = ("+2348012345678".to_owned(), "market day at noon".to_owned());
    let id = tokens.json()["user"]["id"].as_str().unwrap().to_owned();
    Person { id, phone, secret, token: text(tokens, "access_token"), refresh_token: text(tokens, "refresh_token") }
}

async fn a_used_refresh_token_ends_its_session(db: TestDb) {
    let stage = Stage::new(db).await;
    let api = stage.api();
    let (first, other) = (api.agent().await, api.agent().await);
    let refresh = async |token: &str| api.post(None, "/api/v1/auth/refresh", &json!({ "refresh_token": token })).await;
    let second = refresh(&first.refresh_token).await;
    assert_eq!(second.status, 200);
    let rotated = Person { token: text(&second, "access_token"), ..first.clone() };
    assert_ne!(text(&second, "refresh_token"), first.refresh_token);
    assert_eq!(api.get(&rotated, "/api/v1/me").await.status, 200);

    assert_eq!(refresh(&first.refresh_token).await.problem(401), "unauthenticated");
    assert_eq!(refresh(&text(&second, "refresh_token")).await.problem(401), "unauthenticated");
    for token in [&first, &rotated] {
        assert_eq!(api.get(token, "/api/v1/me").await.problem(401), "unauthenticated");
    }
    assert_eq!(refresh("nonsense").await.problem(401), "unauthenticated");
    assert_eq!(api.get(&other, "/api/v1/me").await.status, 200, "another person's session goes on");
    assert_eq!(api.get(&api.login(&first).await, "/api/v1/me").await.status, 200);
}

async fn signing_out_ends_tokens_at_once(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let first = stage.api().agent().await;
    let (second, third) = (stage.api().login(&first).await, stage.api().login(&first).await);
    let status = async |stage: &Stage, person: &Person| stage.api().get(person, "/api/v1/me").await.status;

    let _ = stage.try_ask(Some(&first), "POST", "/auth/logout", &Value::Null).await.expect(204);
    assert_eq!((status(&stage, &first).await, status(&stage, &second).await), (401, 200));
    let refresh = json!({ "refresh_token": first.refresh_token });
    assert_eq!(stage.try_ask(None, "POST", "/auth/refresh", &refresh).await.problem(401), "unauthenticated");

    let sessions = stage.try_ask(Some(&second), "GET", "/auth/sessions", &Value::Null).await.expect(200);
    let sessions = sessions["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let another = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/auth/sessions/{}", another["id"].as_str().unwrap());
    let _ = stage.try_ask(Some(&second), "DELETE", &path, &Value::Null).await.expect(204);
    assert_eq!((status(&stage, &third).await, status(&stage, &second).await), (401, 200));
    assert_eq!(stage.try_ask(Some(&second), "DELETE", &path, &Value::Null).await.problem(404), "not_found");

    let fourth = stage.api().login(&first).await;
    let ended = stage.try_ask(Some(&fourth), "POST", "/auth/logout-all", &Value::Null).await.expect(200);
    assert_eq!(ended["sessions_ended"], 2);
    assert_eq!((status(&stage, &second).await, status(&stage, &fourth).await), (401, 401));
}

/// A number that nobody has reads the same as one that somebody has, and both delay only the address of the guesses.
async fn guessing_is_slowed_down_and_locked(db: TestDb) {
    let stage = Stage::new(db).await;
    let (known, bystander) = (stage.api().agent().await, stage.api().agent().await);
    let mut told = Vec::new();
    for (phone, address) in [(known.phone.as_str(), [127, 0, 0, 2]), ("+2348011111111", [127, 0, 0, 3])] {
        told.push(guesses(&stage, phone, address).await);
        let _ = stage.api().login(&bystander).await;
    }
    assert_eq!(told[0], told[1]);
    let refused = |wait: u64| [(401, "invalid_credentials".to_owned(), 0), (429, "account_locked".to_owned(), wait)];
    let first = refused(0)[0].clone();
    let expected: Vec<_> =
        vec![first; 4].into_iter().chain([1, 2, 4, 8, 16, 900].into_iter().flat_map(refused)).collect();
    assert_eq!(told[0], expected);

    // The right secret does not help before the lock is over.
    let right = json!({ "phone": known.phone, "secret": known.secret });
    assert_eq!(stage.api().post(None, "/api/v1/auth/login", &right).await.problem(429), "account_locked");
    stage.clock.advance(15.minutes());
    let _ = stage.api().login(&known).await;
}

/// Status, code and `Retry-After` of wrong guesses until the lock, each made as soon as the delay before it is over.
async fn guesses(stage: &Stage, phone: &str, address: [u8; 4]) -> Vec<(u16, String, u64)> {
    let client = reqwest::Client::builder().local_address(Some(IpAddr::from(address))).build().unwrap();
    let url = format!("{}/api/v1/auth/login", stage.api().url);
    let body = json!({ "phone": phone, "secret": "not the passphrase" });
    let mut answers = Vec::new();
    while answers.len() < 16 {
        let answer = stage.api().send(client.post(&url).json(&body)).await;
        let wait: u64 = answer.header("retry-after").parse().unwrap_or(0);
        answers.push((answer.status, answer.json()["code"].as_str().unwrap().to_owned(), wait));
        stage.clock.advance(i64::try_from(wait.min(60)).unwrap().seconds());
    }
    answers
}

async fn an_activation_token_is_used_once_and_in_time(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let path = format!("/businesses/{}/customers", business.id);
    let register = |phone: &str| json!({ "phone": phone, "full_name": "Ngozi Eze" });
    let registered = stage.ask(Some(&agent), "POST a customer", &path, register("08034443322")).await;
    assert_eq!(registered.status, 201);
    assert!(!registered.text().contains("token"), "whoever registers him never sees it");
    let replaced = token_of(&stage);
    let again = stage.ask(Some(&agent), "POST the same customer", &path, register("08034443322")).await;
    assert_eq!(again.json()["id"], registered.json()["id"], "he is the same person, with a new token");
    let token = token_of(&stage);
    let activate = |token: &str| json!({ "token": token, "secret": "274951", "full_name": "Ngozi N. Eze" });
    let login = json!({ "phone": "08034443322", "secret": "274951" });
    let _ = stage.ask(None, "POST login before activation", "/auth/login", login.clone()).await;
    let trivial = json!({ "token": token, "secret": "111111" });
    let _ = stage.ask(None, "POST activation with a trivial PIN", "/auth/activate", trivial).await;
    let _ = stage.ask(None, "POST activation with the first token", "/auth/activate", activate(&replaced)).await;
    let _ = stage.ask(None, "POST activation", "/auth/activate", activate(&token)).await;
    let _ = stage.ask(Some(&agent), "POST the customer who is active", &path, register("08034443322")).await;
    let _ = stage.ask(None, "POST activation again", "/auth/activate", activate(&token)).await;
    let _ = stage.ask(None, "POST login after activation", "/auth/login", login).await;

    let _ = stage.try_ask(Some(&agent), "POST", &path, &register("08034443323")).await.expect(201);
    let late = token_of(&stage);
    stage.clock.advance(24.hours().seconds(1));
    let _ = stage.ask(None, "POST activation a day later", "/auth/activate", activate(&late)).await;
    stage.answers.hold("activation");
}

fn token_of(stage: &Stage) -> String {
    let Some(Message::Activation { token, .. }) = stage.app.messages_take().pop() else { panic!("no activation") };
    token
}

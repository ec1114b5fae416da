//! The log at its most talkative says nothing that belongs to a person alone.

use std::fs;
use std::path::Path;
use std::time::Instant;

use ofektom_testkit::{Api, Engine, Person, TestDb, TestServer, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::crowd::PATIENCE;
use crate::desk::Desk;

const ACCOUNT_NUMBER: &str = "3048175592";
const WRONG_PASSPHRASE: &str = "a passphrase that is wrong";
const NEW_PASSPHRASE: &str = "a passphrase that is new";
const NEW_PIN: &str = "850316";
const OTHER_PIN: &str = "719304";
const REGISTERED_PHONE: &str = "+2348091234567";

async fn secrets_stay_out_of_the_log(db: TestDb) {
    let data = tempfile::tempdir().unwrap();
    let format = if db.engine == Engine::Sqlite { "text" } else { "json" };
    let folder = data.path().display().to_string();
    let settings = [("LOG", "trace"), ("LOG_FORMAT", format), ("OFEKTOM_DATA", folder.as_str())];
    let mut server = TestServer::spawn_with(&db.url, &settings).await;
    let (api, desk) = (&server.api, Desk::open(&server.api).await);
    let mut secrets = secrets_of(&[&desk.agent, &desk.customer]);
    sign_ins(api, &desk.agent, &mut secrets).await;
    activation(api, &desk, data.path(), &mut secrets).await;
    reset(api, &desk, data.path(), &mut secrets).await;
    payout(api, &desk).await;
    refused(api, &desk).await;
    secrets.extend([ACCOUNT_NUMBER, WRONG_PASSPHRASE, NEW_PIN].map(str::to_owned));
    let _ = server.terminate();

    let log = server.log();
    assert!(log.contains("a message to a person waits in the outbox"), "{log}");
    assert!(log.contains("TRACE") && log.contains("request answered") && log.contains("/api/v1/auth/login"), "{log}");
    for secret in secrets {
        let found = log.lines().find(|line| holds(line, &secret));
        assert!(found.is_none(), "{secret:?} is in the log: {found:?}");
    }
}

/// Whether a word of the line is the secret. Digits inside of a longer number or id are not.
fn holds(line: &str, secret: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '.';
    line.match_indices(secret).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + secret.len()..].chars().next());
        !before.is_some_and(inside) && !after.is_some_and(|c| c.is_ascii_alphanumeric())
    })
}

/// Phone numbers in each way of writing them, secrets, tokens.
fn secrets_of(people: &[&Person]) -> Vec<String> {
    let of = |person: &&Person| [vec![person.secret.clone()], phones(&person.phone), tokens(person)].concat();
    people.iter().flat_map(of).collect()
}

fn phones(phone: &str) -> Vec<String> {
    let digits = phone.trim_start_matches("+234");
    vec![phone.to_owned(), format!("234{digits}"), format!("0{digits}"), digits.to_owned()]
}

fn tokens(person: &Person) -> Vec<String> {
    vec![person.token.clone(), person.refresh_token.clone()]
}

async fn sign_ins(api: &Api, agent: &Person, secrets: &mut Vec<String>) {
    let wrong = json!({ "phone": agent.phone, "secret": WRONG_PASSPHRASE });
    assert_eq!(api.post(None, "/api/v1/auth/login", &wrong).await.problem(401), "invalid_credentials");
    let again = api.login(agent).await;
    let body = json!({ "refresh_token": again.refresh_token });
    let refreshed = api.post(None, "/api/v1/auth/refresh", &body).await.expect(200);
    assert_eq!(api.post(None, "/api/v1/auth/refresh", &body).await.status, 401);
    assert_eq!(api.get(&again, "/api/v1/me").await.status, 401);
    secrets.extend(tokens(&again));
    secrets.extend(["access_token", "refresh_token"].map(|name| text(&refreshed, name)));
}

/// The token is in the outbox of the data folder, which is not a log.
async fn activation(api: &Api, desk: &Desk, data: &Path, secrets: &mut Vec<String>) {
    let body = json!({ "phone": REGISTERED_PHONE, "full_name": "Ngozi Bello" });
    let path = format!("/api/v1/businesses/{}/customers", desk.business.id);
    let _ = api.post(Some(&desk.agent), &path, &body).await.expect(201);
    let letter = letter(data, "activation").await;
    let activation = json!({ "token": letter["token"], "secret": NEW_PIN });
    let activated = api.post(None, "/api/v1/auth/activate", &activation).await;
    assert!(activated.status < 300, "{}", activated.text());
    assert!(api.post(None, "/api/v1/auth/activate", &activation).await.status >= 400);
    secrets.push(text(&letter, "token"));
    secrets.extend(phones(REGISTERED_PHONE));
}

/// The last message of a kind, once it is there.
async fn letter(data: &Path, kind: &str) -> Value {
    let started = Instant::now();
    loop {
        let files = fs::read_dir(data.join("outbox")).map(|files| files.map(|file| file.unwrap().path()).collect());
        let mut files: Vec<_> = files.unwrap_or_default();
        files.sort();
        let last = files.into_iter().rfind(|file| file.display().to_string().contains(kind));
        // A file that is being written is not whole yet.
        if let Some(letter) = last.and_then(|file| serde_json::from_slice(&fs::read(file).unwrap()).ok()) {
            return letter;
        }
        assert!(started.elapsed() < PATIENCE, "no message of the kind {kind}");
        tokio::task::yield_now().await;
    }
}

/// Both secrets change: of the agent, who knows his, and of the customer, who has forgotten it.
async fn reset(api: &Api, desk: &Desk, data: &Path, secrets: &mut Vec<String>) {
    let change = json!({ "old_secret": WRONG_PASSPHRASE, "new_secret": NEW_PASSPHRASE });
    assert_eq!(
        api.post(Some(&desk.agent), "/api/v1/auth/secret/change", &change).await.problem(403),
        "old_secret_wrong"
    );
    let change = json!({ "old_secret": desk.agent.secret, "new_secret": NEW_PASSPHRASE });
    let _ = api.post(Some(&desk.agent), "/api/v1/auth/secret/change", &change).await.expect(200);
    let back = json!({ "old_secret": NEW_PASSPHRASE, "new_secret": desk.agent.secret });
    let _ = api.post(Some(&desk.agent), "/api/v1/auth/secret/change", &back).await.expect(200);

    let forgetful = api.customer(None).await;
    let request = json!({ "phone": forgetful.phone });
    let _ = api.post(None, "/api/v1/auth/secret/reset-request", &request).await.expect(202);
    let code = text(&letter(data, "secret-code").await, "code");
    let reset = json!({ "phone": forgetful.phone, "code": code, "new_secret": OTHER_PIN });
    assert_eq!(api.post(None, "/api/v1/auth/secret/reset", &reset).await.status, 204);
    assert_eq!(api.post(None, "/api/v1/auth/secret/reset", &reset).await.problem(422), "code_rejected");
    secrets.push(code);
    secrets.extend(secrets_of(&[&forgetful]));
    secrets.extend([NEW_PASSPHRASE, OTHER_PIN].map(str::to_owned));
}

async fn payout(api: &Api, desk: &Desk) {
    let bank = json!({ "bank_code": "058", "account_number": ACCOUNT_NUMBER, "account_name": "Chinedu Eze" });
    let bank = api.post(Some(&desk.customer), "/api/v1/me/bank-accounts", &bank).await.expect(201);
    let (card, _) = desk.ended_card(api).await;
    let body = json!({ "destination": { "bank_account_id": bank["id"] } });
    let request =
        api.post_money(&desk.customer, &format!("/api/v1/savings/{card}/payment-requests"), "ask", &body).await;
    let approve = format!("/api/v1/payment-requests/{}/approve", text(&request.expect(201), "id"));
    let _ = api.post_money(&desk.agent, &approve, "approve", &Value::Null).await;
}

/// Requests that fail before anything understands them.
async fn refused(api: &Api, desk: &Desk) {
    let unknown = json!({ "phone": desk.agent.phone, "secret": desk.agent.secret, "pin": NEW_PIN });
    assert_eq!(api.post(None, "/api/v1/auth/login", &unknown).await.status, 422);
    let broken = format!("{{\"phone\":\"{}\",\"secret\":\"{WRONG_PASSPHRASE}\"", desk.agent.phone);
    let request =
        api.request(Method::POST, "/api/v1/auth/login").header("content-type", "application/json").body(broken);
    assert_eq!(api.send(request).await.status, 400);
    let search = format!("/api/v1/businesses/{}/members?search={}", desk.business.id, &desk.customer.phone[1..]);
    let _ = api.get(&desk.agent, &search).await;
    let nowhere = api.request(Method::GET, &format!("/api/v1/savings/{ACCOUNT_NUMBER}")).bearer_auth(&desk.agent.token);
    assert!(api.send(nowhere).await.status >= 400);
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

on_both_engines!(secrets_stay_out_of_the_log);

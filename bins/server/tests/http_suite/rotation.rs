//! A new secret key in place of a former one, server by server, while people sign in and collect.

use std::sync::Arc;

use jiff::ToSpan as _;
use ofektom_domain::ports::{Message, VerifyTrail};
use ofektom_testkit::{Person, Reply, TestApp, TestClock, TestDb, on_both_engines};
use serde_json::json;

on_both_engines!(a_key_is_changed_server_by_server, a_lock_outlives_the_key);

const FORMER: &str = "the former key of thirty-two bytes";
const NEW: &str = "the coming key of thirty-two bytes";
const PASSPHRASE: &str = "the rain came early";

async fn app(db: &TestDb, settings: &[(&str, &str)]) -> TestApp {
    TestApp::spawn_with(db.shared(&db.url), settings).await
}

async fn login(app: &TestApp, person: &Person, secret: &str) -> Reply {
    app.api.post(None, "/api/v1/auth/login", &json!({ "phone": person.phone, "secret": secret })).await
}

async fn me(app: &TestApp, person: &Person) -> u16 {
    app.api.get(person, "/api/v1/me").await.status
}

async fn whole(app: &TestApp) {
    let report = app.system.app.trail_verify(VerifyTrail::default(), &|_, _| ()).await.unwrap();
    assert_eq!((report.differences, report.waiting, report.unchecked), (vec![], 0, 0));
}

async fn seal(app: &TestApp) {
    let report = app.system.app.trail_seal().await.unwrap();
    assert_eq!((report.broken, report.failed), (0, 0));
}

async fn code_asked(app: &TestApp, person: &Person) -> String {
    let _ =
        app.api.post(None, "/api/v1/auth/secret/reset-request", &json!({ "phone": person.phone })).await.expect(202);
    match app.message_next().await {
        Message::SecretCode { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

async fn reset(app: &TestApp, person: &Person, code: &str) -> Reply {
    let body = json!({ "phone": person.phone, "code": code, "new_secret": PASSPHRASE });
    app.api.post(None, "/api/v1/auth/secret/reset", &body).await
}

async fn a_key_is_changed_server_by_server(db: TestDb) {
    let before = app(&db, &[("SECRET_KEY", FORMER)]).await;
    let [ada, bola, chidi] = [before.api.agent().await, before.api.agent().await, before.api.agent().await];
    seal(&before).await;

    // Every server knows the new key; then the first one uses it.
    let waiting = app(&db, &[("SECRET_KEY", FORMER), ("SECRET_KEY_NEXT", NEW)]).await;
    let rotated = app(&db, &[("SECRET_KEY", NEW), ("SECRET_KEY_PREVIOUS", FORMER)]).await;
    assert_eq!(me(&rotated, &ada).await, 200, "tokens of before count");
    let again = Person { token: text(&login(&rotated, &ada, &ada.secret).await, "access_token"), ..ada.clone() };
    assert_eq!((me(&waiting, &again).await, me(&rotated, &again).await), (200, 200), "so do those of the new key");
    assert_eq!(me(&before, &again).await, 401, "but not where nobody told of it");
    assert_eq!(login(&waiting, &ada, &ada.secret).await.status, 200, "her hash is of the new key by now");
    assert_eq!(login(&waiting, &ada, "not her passphrase").await.problem(401), "invalid_credentials");

    // Codes count on both sides, whoever made them.
    let code = code_asked(&waiting, &bola).await;
    assert_eq!(reset(&rotated, &bola, &code).await.status, 204);
    let code = code_asked(&rotated, &bola).await;
    assert_eq!(reset(&waiting, &bola, &code).await.status, 204);
    assert_eq!(login(&rotated, &bola, PASSPHRASE).await.status, 200);

    // The trail is taken over, and sealed on by both.
    for server in [&rotated, &waiting, &rotated] {
        let _ = server.api.business(&ada).await;
        seal(server).await;
        whole(&rotated).await;
        whole(&waiting).await;
    }

    // The former key is gone: who signed in meanwhile does not notice.
    let after = app(&db, &[("SECRET_KEY", NEW)]).await;
    assert_eq!((me(&after, &again).await, me(&after, &ada).await), (200, 401));
    assert_eq!(login(&after, &ada, &ada.secret).await.status, 200);
    assert_eq!(login(&after, &chidi, &chidi.secret).await.problem(401), "invalid_credentials");
    seal(&after).await;
    let report = after.system.app.trail_verify(VerifyTrail::default(), &|_, _| ()).await.unwrap();
    assert_eq!((report.differences, report.waiting), (vec![], 0));
    assert!(report.unchecked > 0, "what the former key sealed is not recomputed without it");
}

fn text(reply: &Reply, field: &str) -> String {
    reply.json()[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", reply.text())).to_owned()
}

/// A lock holds on a server with either key.
async fn a_lock_outlives_the_key(db: TestDb) {
    let clock = Arc::new(TestClock::at("2025-03-01T09:00:00Z".parse().unwrap()));
    let at = async |settings: &[(&str, &str)]| TestApp::spawn_at_with(db.shared(&db.url), &clock, settings).await;
    let before = at(&[("SECRET_KEY", FORMER), ("SECRET_KEY_NEXT", NEW)]).await;
    let ada = before.api.agent().await;
    let mut tries = 0;
    while login(&before, &ada, "not her passphrase").await.status != 429 {
        tries += 1;
        assert!(tries < 20, "nothing is locked");
    }
    let rotated = at(&[("SECRET_KEY", NEW), ("SECRET_KEY_PREVIOUS", FORMER)]).await;
    assert_eq!(login(&rotated, &ada, &ada.secret).await.status, 429);
    clock.advance(15.minutes());
    assert_eq!(login(&rotated, &ada, &ada.secret).await.status, 200);
}

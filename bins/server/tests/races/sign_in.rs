//! Signing in at once.

use ofektom_testkit::{TestApp, TestDb, on_both_engines};
use serde_json::json;

use crate::crowd::{counts, crowd, tally};

/// Of two who use one refresh token, one is a thief, so neither keeps the session.
async fn a_refresh_token_used_twice_ends_its_session(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let person = app.api.agent().await;
    let elsewhere = app.api.login(&person).await;
    let body = json!({ "refresh_token": person.refresh_token });
    let replies = crowd(8, async |_| app.api.post(None, "/api/v1/auth/refresh", &body).await).await;
    assert_eq!(tally(&replies), counts([("200", 1), ("unauthenticated", 7)]));

    let won = replies.iter().find(|reply| reply.status == 200).unwrap().json();
    let again = json!({ "refresh_token": won["refresh_token"] });
    assert_eq!(app.api.post(None, "/api/v1/auth/refresh", &again).await.problem(401), "unauthenticated");
    for token in [won["access_token"].as_str().unwrap(), &person.token] {
        let ended = ofektom_testkit::Person { token: token.to_owned(), ..person.clone() };
        assert_eq!(app.api.get(&ended, "/api/v1/me").await.problem(401), "unauthenticated");
    }
    assert_eq!(app.api.get(&elsewhere, "/api/v1/me").await.status, 200);
}

async fn one_phone_number_signs_up_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let body =
        json!({ "phone": "08031112223", "secret": "market day at noon", "full_name": "Ada Obi", "role": "agent" });
    let replies = crowd(8, async |_| app.api.post(None, "/api/v1/auth/signup", &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 1), ("phone_taken", 7)]));
}

on_both_engines!(a_refresh_token_used_twice_ends_its_session, one_phone_number_signs_up_once);

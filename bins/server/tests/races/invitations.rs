//! Inviting and answering at once.

use ofektom_domain::ports::Message;
use ofektom_testkit::{Api, Person, TestApp, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::crowd::{counts, crowd, tally};
use crate::desk::Desk;

/// Invites a person as a collector; gives the invitation's path and its token.
async fn invited(app: &TestApp, desk: &Desk, person: &Person) -> (String, String) {
    let list = format!("/api/v1/businesses/{}/invitations", desk.business.id);
    let body = json!({ "phone": person.phone, "role": "sub_agent" });
    let made = app.api.post(Some(&desk.agent), &list, &body).await.expect(201);
    let Some(Message::Invitation { token, .. }) = app.messages_take().pop() else { panic!("no invitation") };
    (format!("{list}/{}", made["id"].as_str().unwrap()), token)
}

async fn answer(api: &Api, person: &Person, token: &str, answer: &str) -> ofektom_testkit::Reply {
    let path = format!("/api/v1/invitations/{token}/{answer}");
    api.send(api.request(Method::POST, &path).bearer_auth(&person.token)).await
}

async fn a_token_is_used_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let worker = app.api.agent().await;
    let (_, token) = invited(&app, &desk, &worker).await;
    let replies = crowd(32, async |_| answer(&app.api, &worker, &token, "accept").await).await;
    assert_eq!(tally(&replies), counts([("200", 1), ("invitation_status", 31)]));
    let me = app.api.get(&worker, "/api/v1/me").await.expect(200);
    assert_eq!(me["memberships"].as_array().unwrap().len(), 1, "{me}");
}

/// Accepted, rejected and withdrawn at once: he belongs to the business exactly if the invitation says so.
async fn one_answer_stands(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    for round in 0..4 {
        let worker = app.api.agent().await;
        let (path, token) = invited(&app, &desk, &worker).await;
        let replies = crowd(18, async |n| match (n + round) % 3 {
            0 => answer(&app.api, &worker, &token, "accept").await,
            1 => answer(&app.api, &worker, &token, "reject").await,
            _ => app.api.send(app.api.request(Method::DELETE, &path).bearer_auth(&desk.agent.token)).await,
        })
        .await;
        assert_eq!(replies.iter().filter(|reply| reply.status < 400).count(), 1);
        assert_eq!(tally(&replies).get("invitation_status"), Some(&17));
        let stands = app.api.get(&desk.agent, &path).await.expect(200);
        let me = app.api.get(&worker, "/api/v1/me").await.expect(200);
        let member = !me["memberships"].as_array().unwrap().is_empty();
        assert_eq!(member, stands["status"] == "accepted", "{stands} {me}");
    }
}

async fn one_invitation_is_sent_to_a_number(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let admin = app.api.staff(&desk.agent, &desk.business, "admin").await;
    let list = format!("/api/v1/businesses/{}/invitations", desk.business.id);
    let body: Value = json!({ "phone": "08031112233", "role": "customer" });
    let inviters = [&desk.agent, &admin];
    let replies = crowd(32, async |n| app.api.post(Some(inviters[n % 2]), &list, &body).await).await;
    assert_eq!(tally(&replies), counts([("201", 1), ("invitation_pending", 31)]));
    assert_eq!(app.messages_take().len(), 1, "one message goes out");
}

on_both_engines!(a_token_is_used_once, one_answer_stands, one_invitation_is_sent_to_a_number);

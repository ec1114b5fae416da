//! Whoever stops, closes or removes something, and whoever uses it at the same moment.

use ofektom_domain::ports::Message;
use ofektom_testkit::{Api, Person, Reply, TestApp, TestDb, on_both_engines};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::crowd::{crowd, outcome};
use crate::desk::{Desk, books_balance};

const PASSPHRASE: &str = "market day at noon";

async fn patch(api: &Api, person: &Person, path: &str, body: &Value) -> Reply {
    api.send(api.request(Method::PATCH, &format!("/api/v1{path}")).bearer_auth(&person.token).json(body)).await
}

async fn super_admin(app: &TestApp) -> Person {
    let (phone, name) = ("+2348099999999", "Platform Owner".parse().unwrap());
    let made = app.system.app.super_admin_create(phone.parse().unwrap(), name, SecretString::from(PASSPHRASE)).await;
    let person = Person {
        id: made.unwrap().id.to_string(),
        phone: phone.to_owned(),
        secret: PASSPHRASE.to_owned(),
        token: String::new(),
        refresh_token: String::new(),
    };
    app.api.login(&person).await
}

async fn settings_never_undo_a_suspension(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let (desk, admin) = (Desk::open(&app.api).await, super_admin(&app).await);
    let here = format!("/businesses/{}", desk.business.id);
    let of_platform = format!("/admin{here}");
    for round in 0..4 {
        assert_eq!(patch(&app.api, &admin, &of_platform, &json!({ "status": "active" })).await.status, 200);
        let replies = crowd(16, async |n| {
            if n == 8 {
                patch(&app.api, &admin, &of_platform, &json!({ "status": "suspended" })).await
            } else {
                let settings = json!({ "name": format!("Name {round} {n}"), "policy": { "backdate_days_max": n } });
                patch(&app.api, &desk.agent, &here, &settings).await
            }
        })
        .await;
        for reply in &replies {
            assert!(["200", "business_not_active"].contains(&outcome(reply).as_str()), "{}", reply.text());
        }
        let stands = app.api.get(&desk.agent, &format!("/api/v1{here}")).await.expect(200);
        assert_eq!(stands["status"], "suspended", "{stands}");
    }
}

/// A card that is opened while the business is closed: one of the two, never both.
async fn no_card_in_a_closed_business(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let admin = super_admin(&app).await;
    for _ in 0..6 {
        let desk = Desk::open(&app.api).await;
        let here = format!("/businesses/{}", desk.business.id);
        let plan = json!({
            "customer_id": desk.customer.id, "kind": "daily", "box_amount": "500.00", "months": 1,
            "start_date": app.api.today(),
        });
        let replies = crowd(9, async |n| match n {
            4 => patch(&app.api, &admin, &format!("/admin{here}"), &json!({ "status": "closed" })).await,
            _ => app.api.post(Some(&desk.agent), &format!("/api/v1{here}/savings"), &plan).await,
        })
        .await;
        let stands = app.api.get(&desk.agent, &format!("/api/v1{here}")).await.expect(200);
        let cards = app.api.get(&desk.agent, &format!("/api/v1/savings?business_id={}", desk.business.id)).await;
        let open = cards.expect(200)["items"].as_array().unwrap().len();
        let opened = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(open, opened);
        assert_eq!(stands["status"] == "closed", open == 0, "{open} cards in {stands}");
    }
}

/// A unit that is removed while somebody is invited to it: whoever has an invitation can accept it.
async fn an_invitation_keeps_its_unit(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let here = format!("/api/v1/businesses/{}", desk.business.id);
    for round in 0..8 {
        let (units, named) = (format!("{here}/units"), json!({ "name": format!("Route {round}") }));
        let unit = app.api.post(Some(&desk.agent), &units, &named).await.expect(201);
        let unit = unit["id"].as_str().unwrap().to_owned();
        let saver = app.api.customer(None).await;
        let body = json!({ "phone": saver.phone, "role": "customer", "unit_id": unit });
        let _ = app.messages_take();
        let replies = crowd(2, async |n| match n {
            0 => app.api.post(Some(&desk.agent), &format!("{here}/invitations"), &body).await,
            _ => {
                let remove = app.api.request(Method::DELETE, &format!("{here}/units/{unit}"));
                app.api.send(remove.bearer_auth(&desk.agent.token)).await
            }
        })
        .await;
        let outcomes = (outcome(&replies[0]), outcome(&replies[1]));
        if outcomes == ("validation_failed".to_owned(), "204".to_owned()) {
            continue;
        }
        assert_eq!(outcomes, ("201".to_owned(), "unit_in_use".to_owned()), "round {round}");
        let Some(Message::Invitation { token, .. }) = app.messages_take().pop() else { panic!("no invitation") };
        let accept = app.api.request(Method::POST, &format!("/api/v1/invitations/{token}/accept"));
        let _ = app.api.send(accept.bearer_auth(&saver.token)).await.expect(200);
    }
}

/// A customer who leaves while a card is opened for him: he has left, or has a card, and never both.
async fn nobody_leaves_with_a_card(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    for round in 0..6 {
        let saver = app.api.customer(Some(&desk.business)).await;
        let here = format!("/api/v1/businesses/{}", desk.business.id);
        let plan = json!({
            "customer_id": saver.id, "kind": "daily", "box_amount": "500.00", "months": 1,
            "start_date": app.api.today(),
        });
        let replies = crowd(2, async |n| match (n + round) % 2 {
            0 => app.api.post(Some(&desk.agent), &format!("{here}/savings"), &plan).await,
            _ => {
                let leave = app.api.request(Method::POST, &format!("{here}/leave"));
                app.api.send(leave.bearer_auth(&saver.token)).await
            }
        })
        .await;
        let mut outcomes: Vec<String> = replies.iter().map(outcome).collect();
        outcomes.sort();
        let fine = [["200", "validation_failed"], ["201", "member_in_use"]];
        assert!(fine.iter().any(|fine| outcomes == *fine), "{outcomes:?}");
    }
    let (_, _) = desk.ended_card(&app.api).await;
    books_balance(&app).await;
}

/// Many join by a code while it is renewed: nobody comes in by it afterwards.
async fn an_old_code_lets_nobody_in(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let desk = Desk::open(&app.api).await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(app.api.customer(None).await);
    }
    let code = json!({ "code": desk.business.join_code });
    let renewal = format!("/api/v1/businesses/{}/join-code", desk.business.id);
    let replies = crowd(9, async |n| match people.get(n) {
        Some(person) => app.api.post(Some(person), "/api/v1/businesses/join", &code).await,
        None => app.api.send(app.api.request(Method::POST, &renewal).bearer_auth(&desk.agent.token)).await,
    })
    .await;
    for reply in &replies {
        assert!(["200", "201", "not_found"].contains(&outcome(reply).as_str()), "{}", reply.text());
    }
    let late = app.api.customer(None).await;
    let refused = app.api.post(Some(&late), "/api/v1/businesses/join", &code).await;
    assert_eq!(refused.problem(404), "not_found");
}

on_both_engines!(
    settings_never_undo_a_suspension,
    no_card_in_a_closed_business,
    an_invitation_keeps_its_unit,
    nobody_leaves_with_a_card,
    an_old_code_lets_nobody_in,
);

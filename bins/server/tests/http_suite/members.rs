//! Stopping members, leaving, and what a business changes of itself.

use jiff::ToSpan as _;
use ofektom_testkit::{Person, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    stopping_works_business_by_business,
    a_member_leaves,
    a_person_who_was_removed_before_he_came_is_registered_anew,
    a_business_changes_its_code_and_its_unit,
    a_time_zone_changes_at_midnight,
    all_bad_fields_are_named_at_once,
);

/// What becomes of a refresh token.
async fn refreshed(stage: &mut Stage, person: &Person) -> u16 {
    let body = json!({ "refresh_token": person.refresh_token });
    stage.try_ask(None, "POST", "/auth/refresh", &body).await.status
}

async fn stopping_works_business_by_business(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let (other_agent, other, _) = stage.business().await;
    for role in ["customer", "sub_agent"] {
        let person = match role {
            "customer" => stage.api().customer(Some(&business)).await,
            _ => stage.api().staff(&agent, &business, role).await,
        };
        let code = json!({ "code": other.join_code });
        let _ = stage.try_ask(Some(&person), "POST", "/businesses/join", &code).await.expect(201);
        let (here, there) = (format!("/businesses/{}", business.id), format!("/businesses/{}", other.id));
        let stop = json!({ "status": "suspended" });
        let place = format!("{here}/members/{}", person.id);
        let _ = stage.ask(Some(&agent), &format!("PATCH a {role} to suspended"), &place, stop.clone()).await;
        // The very next request: this business is gone for him, the other one is not.
        assert_eq!(stage.try_ask(Some(&person), "GET", &here, &Value::Null).await.problem(404), "not_found");
        let cards = format!("/savings?business_id={}", business.id);
        assert_eq!(stage.try_ask(Some(&person), "GET", &cards, &Value::Null).await.problem(404), "not_found");
        let _ = stage.try_ask(Some(&person), "GET", &there, &Value::Null).await.expect(200);
        let me = stage.try_ask(Some(&person), "GET", "/me", &Value::Null).await.expect(200);
        assert_eq!(me["memberships"].as_array().unwrap().len(), 2, "he sees that he is suspended: {me}");
        // The last one takes his sessions with it, at once.
        let place = format!("{there}/members/{}", person.id);
        let _ = stage.try_ask(Some(&other_agent), "PATCH", &place, &stop).await.expect(200);
        assert_eq!(stage.try_ask(Some(&person), "GET", "/me", &Value::Null).await.problem(401), "unauthenticated");
        assert_eq!(refreshed(&mut stage, &person).await, 401);
        // He is still himself, and comes in again when he is let in again.
        let again = stage.api().login(&person).await;
        assert_eq!(stage.try_ask(Some(&again), "GET", &there, &Value::Null).await.problem(404), "not_found");
        let _ = stage.try_ask(Some(&other_agent), "PATCH", &place, &json!({ "status": "active" })).await.expect(200);
        let _ = stage.try_ask(Some(&again), "GET", &there, &Value::Null).await.expect(200);
    }
    stage.answers.hold("members_stopped");
}

async fn a_person_who_was_removed_before_he_came_is_registered_anew(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let me = Some(&agent);
    let (here, person) =
        (format!("/businesses/{}", business.id), json!({ "phone": "08061234567", "full_name": "Ada" }));
    let customers = format!("{here}/customers");
    let first = stage.try_ask(me, "POST", &customers, &person).await.expect(201);
    let member = format!("{here}/members/{}", first["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "PATCH", &member, &json!({ "status": "left" })).await.expect(200);
    let again = stage.try_ask(me, "POST", &customers, &person).await.expect(201);
    assert_eq!(again["id"], first["id"]);
    let members = stage.try_ask(me, "GET", &format!("{here}/members?status=active&search=ada"), &Value::Null).await;
    assert_eq!(members.expect(200)["items"].as_array().unwrap().len(), 1, "he belongs to the business again");
    let card = json!({
        "customer_id": first["id"], "kind": "daily", "box_amount": "500.00", "months": 1,
        "start_date": stage.api().today(),
    });
    let _ = stage.try_ask(me, "POST", &format!("{here}/savings"), &card).await.expect(201);
}

async fn a_member_leaves(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    // A later member, so that the list has one order.
    stage.clock.advance(1.seconds());
    let collector = stage.api().staff(&agent, &business, "sub_agent").await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let here = format!("/businesses/{}", business.id);
    let leave = format!("{here}/leave");
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let paid = stage.collect(&collector, &card, "500.00").await;
    let _ = stage.ask(me, "POST leaving as the owner", &leave, Value::Null).await;
    let _ = stage.ask(owner, "POST leaving with a card", &leave, Value::Null).await;
    let _ = stage.ask(Some(&collector), "POST leaving with cash", &leave, Value::Null).await;
    let place = |person: &Person| format!("{here}/members/{}", person.id);
    let gone = json!({ "status": "left" });
    let _ = stage.ask(me, "PATCH a customer with a card to left", &place(&customer), gone.clone()).await;
    let _ = stage.ask(me, "PATCH a collector with cash to left", &place(&collector), gone.clone()).await;

    let reversal = format!("/contributions/{}/reversal", paid["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "POST", &reversal, &json!({ "reason": "wrong card" })).await.expect(201);
    let _ = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let _ = stage.ask(owner, "POST leaving", &leave, Value::Null).await;
    let _ = stage.ask(owner, "POST leaving again", &leave, Value::Null).await;
    let _ = stage.ask(me, "PATCH who left to active", &place(&customer), json!({ "status": "active" })).await;
    let _ = stage.try_ask(owner, "GET", "/me", &Value::Null).await.expect(200);
    let _ = stage.ask(me, "PATCH a collector to left", &place(&collector), gone).await;
    assert_eq!(stage.try_ask(Some(&collector), "GET", "/me", &Value::Null).await.problem(401), "unauthenticated");
    let _ = stage.ask(me, "GET who left", &format!("{here}/members?status=left"), Value::Null).await;
    // Whoever left comes back by himself.
    let code = json!({ "code": business.join_code });
    let _ = stage.ask(owner, "POST joining again", "/businesses/join", code).await;
    let _ = stage.try_ask(owner, "GET", &format!("/savings/{card}"), &Value::Null).await.expect(200);
    stage.answers.hold("members_leave");
}

async fn a_business_changes_its_code_and_its_unit(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let late = stage.api().customer(None).await;
    let me = Some(&agent);
    let here = format!("/businesses/{}", business.id);
    let renewed = stage.try_ask(me, "POST", &format!("{here}/join-code"), &Value::Null).await.expect(200);
    let code = renewed["join_code"].as_str().unwrap().to_owned();
    assert_ne!(code, business.join_code);
    assert_eq!(stage.try_ask(me, "GET", &here, &Value::Null).await.expect(200)["join_code"], json!(code));
    let join = async |stage: &mut Stage, code: &str| {
        stage.try_ask(Some(&late), "POST", "/businesses/join", &json!({ "code": code })).await
    };
    assert_eq!(join(&mut stage, &business.join_code).await.problem(404), "not_found");
    let signup = json!({
        "phone": "08031112233", "secret": "274951", "full_name": "Ngozi Eze", "role": "customer",
        "business_code": business.join_code,
    });
    let refused = stage.try_ask(None, "POST", "/auth/signup", &signup).await;
    assert_eq!(refused.problem(422), "validation_failed");

    let units = format!("{here}/units");
    let route = stage.try_ask(me, "POST", &units, &json!({ "name": "Oke Arin" })).await.expect(201);
    let to = |id: &Value| json!({ "default_unit_id": id });
    let (_, foreign, _) = stage.business().await;
    let _ = stage.ask(me, "PATCH the default unit to a foreign one", &here, to(&json!(foreign.unit_id))).await;
    let changed = stage.try_ask(me, "PATCH", &here, &to(&route["id"])).await.expect(200);
    assert_eq!(changed["default_unit_id"], route["id"]);
    let path = format!("{units}/{}", route["id"].as_str().unwrap());
    assert_eq!(stage.try_ask(me, "DELETE", &path, &Value::Null).await.problem(409), "unit_in_use");
    // Whoever joins now is in the new one; whoever was there stays where he is.
    let joined = join(&mut stage, &code).await.expect(201);
    assert_eq!(joined["unit_id"], route["id"]);
    let mine = stage.try_ask(Some(&customer), "GET", "/me", &Value::Null).await.expect(200);
    assert_eq!(mine["memberships"][0]["unit_id"], json!(business.unit_id));

    // A unit that somebody is invited to stays until he has answered.
    let side = stage.try_ask(me, "POST", &units, &json!({ "name": "Balogun" })).await.expect(201);
    let side = format!("{units}/{}", side["id"].as_str().unwrap());
    let body = json!({ "phone": "08031112244", "role": "customer", "unit_id": side.rsplit('/').next() });
    let sent = stage.try_ask(me, "POST", &format!("{here}/invitations"), &body).await.expect(201);
    let _ = stage.ask(me, "DELETE a unit that somebody is invited to", &side, Value::Null).await;
    let revoke = format!("{here}/invitations/{}", sent["id"].as_str().unwrap());
    assert_eq!(stage.try_ask(me, "DELETE", &revoke, &Value::Null).await.status, 204);
    assert_eq!(stage.try_ask(me, "DELETE", &side, &Value::Null).await.status, 204);
    stage.answers.hold("business_code_and_unit");
}

/// Half past midnight in Lagos: money is booked on the new day, which has not come in Honolulu.
async fn a_time_zone_changes_at_midnight(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let here = format!("/businesses/{}", business.id);
    stage.clock.advance(14.hours().minutes(30));
    let agent = stage.api().login(&agent).await;
    let today = stage.api().today();
    assert_eq!(today.to_string(), "2025-03-02");
    let to = |zone: &str| json!({ "time_zone": zone });
    // Nothing is booked yet, so the day may begin later.
    let _ = stage.try_ask(Some(&agent), "PATCH", &here, &to("Pacific/Honolulu")).await.expect(200);
    let _ = stage.try_ask(Some(&agent), "PATCH", &here, &to("Africa/Lagos")).await.expect(200);
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let made = stage.collect(&agent, &card, "500.00").await;
    assert_eq!(made["collected_on"], "2025-03-02");
    let _ = stage.ask(Some(&agent), "PATCH to a zone where it is yesterday", &here, to("Pacific/Honolulu")).await;
    let _ = stage.try_ask(Some(&agent), "PATCH", &here, &to("Asia/Tokyo")).await.expect(200);
    // Ten hours later the day has come there, too.
    stage.clock.advance(11.hours());
    let agent = stage.api().login(&agent).await;
    let moved = stage.try_ask(Some(&agent), "PATCH", &here, &to("Pacific/Honolulu")).await.expect(200);
    assert_eq!(moved["time_zone"], "Pacific/Honolulu");
    stage.answers.hold("business_time_zone");
}

async fn all_bad_fields_are_named_at_once(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let me = Some(&agent);
    let here = format!("/businesses/{}", business.id);
    let nowhere = "00000000-0000-7000-8000-000000000001";
    let bad = json!({
        "name": "", "time_zone": "Africa/Nowhere", "default_unit_id": nowhere,
        "policy": {
            "backdate_days_max": 367, "maturity_grace_days": 400, "payout_cooling_off_hours": 721,
            "default_commission": { "period": { "days": 367 } },
        },
    });
    let _ = stage.ask(me, "PATCH a business", &here, bad).await;
    let bad = json!({ "name": "", "time_zone": "Africa/Nowhere" });
    let _ = stage.ask(me, "POST a business", "/businesses", bad).await;
    let place = format!("{here}/members/{}", customer.id);
    let _ = stage.ask(me, "PATCH a member", &place, json!({ "role": "agent", "unit_id": nowhere })).await;
    let bad = json!({ "phone": "08031112233", "role": "agent", "unit_id": nowhere });
    let sent = stage.ask(me, "POST an invitation", &format!("{here}/invitations"), bad).await;
    assert_eq!(text(&sent, "code"), "validation_failed");
    let bad = json!({
        "customer_id": nowhere, "unit_id": nowhere, "kind": "daily", "box_amount": "500.00", "months": 700,
        "start_date": "2025-03-01",
    });
    let _ = stage.ask(me, "POST a card", &format!("{here}/savings"), bad).await;
    stage.answers.hold("all_bad_fields");
}

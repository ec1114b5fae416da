//! Invitations, from the message to the member.

use jiff::ToSpan as _;
use ofektom_domain::ports::Message;
use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    a_collector_is_invited,
    whoever_has_no_account_signs_up_first,
    an_invitation_needs_what_the_role_needs,
    an_invitation_dies_after_a_day,
    nobody_invites_above_himself,
);

/// The token of the last message.
fn token(stage: &Stage) -> String {
    let Some(Message::Invitation { token, .. }) = stage.app.messages_take().pop() else { panic!("no invitation") };
    token
}

async fn answer(stage: &mut Stage, person: &Person, token: &str, answer: &str) -> Reply {
    stage.try_ask(Some(person), "POST", &format!("/invitations/{token}/{answer}"), &Value::Null).await
}

async fn a_collector_is_invited(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let worker = stage.api().agent().await;
    let me = Some(&agent);
    let list = format!("/businesses/{}/invitations", business.id);
    let as_collector = json!({ "phone": worker.phone, "role": "sub_agent" });
    let made = stage.ask(me, "POST an invitation", &list, as_collector.clone()).await;
    let token = token(&stage);
    let _ = stage.ask(me, "POST the same number again", &list, as_collector).await;
    let member = json!({ "phone": customer.phone, "role": "sub_agent" });
    let _ = stage.ask(me, "POST a member", &list, member).await;
    let _ = stage.ask(me, "POST an agent", &list, json!({ "phone": "08031112233", "role": "agent" })).await;
    let _ = stage.ask(Some(&worker), "GET invitations to me", "/me/invitations", Value::Null).await;
    let _ = stage.ask(Some(&customer), "GET invitations to someone else", "/me/invitations", Value::Null).await;

    // The token is worth something to the invited number alone.
    assert_eq!(answer(&mut stage, &customer, &token, "accept").await.problem(404), "not_found");
    assert_eq!(answer(&mut stage, &worker, &token[1..], "accept").await.problem(404), "not_found");
    let members = format!("/businesses/{}/members", business.id);
    assert_eq!(stage.try_ask(Some(&worker), "GET", &members, &Value::Null).await.problem(404), "not_found");
    let accepted = answer(&mut stage, &worker, &token, "accept").await;
    stage.answers.keep("POST accept", &accepted);
    // The session that accepted works for the business at once.
    let _ = stage.try_ask(Some(&worker), "GET", &members, &Value::Null).await.expect(200);
    for again in ["accept", "reject"] {
        assert_eq!(answer(&mut stage, &worker, &token, again).await.problem(409), "invitation_status");
    }
    let one = format!("{list}/{}", text(&made, "id"));
    let read = stage.ask(me, "GET the invitation", &one, Value::Null).await;
    let known = stage.api().request(reqwest::Method::GET, &format!("/api/v1{one}")).bearer_auth(&agent.token);
    let unchanged = stage.api().send(known.header("If-None-Match", read.header("etag"))).await;
    assert_eq!(unchanged.status, 304);
    let _ = stage.ask(me, "DELETE the accepted invitation", &one, Value::Null).await;

    let other = stage.ask(me, "POST another", &list, json!({ "phone": "08031112233", "role": "customer" })).await;
    let other = format!("{list}/{}", text(&other, "id"));
    assert_eq!(stage.try_ask(me, "DELETE", &other, &Value::Null).await.status, 204);
    let _ = stage.ask(me, "DELETE it again", &other, Value::Null).await;
    let _ = stage.ask(me, "GET pending invitations", &format!("{list}?status=pending"), Value::Null).await;
    let _ = stage.ask(me, "GET all invitations", &list, Value::Null).await;
    stage.answers.hold("invitations");
}

async fn whoever_has_no_account_signs_up_first(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let list = format!("/businesses/{}/invitations", business.id);
    let phone = "+2348031112233";
    let body = json!({ "phone": phone, "role": "customer" });
    let _ = stage.try_ask(Some(&agent), "POST", &list, &body).await.expect(201);
    let token = token(&stage);
    assert_eq!(
        stage.try_ask(None, "POST", &format!("/invitations/{token}/accept"), &Value::Null).await.problem(401),
        "unauthenticated"
    );
    let signup = json!({ "phone": phone, "secret": "274951", "full_name": "Ngozi Eze", "role": "customer" });
    let made = stage.try_ask(None, "POST", "/auth/signup", &signup).await.expect(201);
    let new = Person {
        id: made["id"].as_str().unwrap().to_owned(),
        phone: phone.to_owned(),
        secret: "274951".to_owned(),
        token: String::new(),
        refresh_token: String::new(),
    };
    let new = stage.api().login(&new).await;
    let waiting = stage.try_ask(Some(&new), "GET", "/me/invitations", &Value::Null).await.expect(200);
    assert_eq!(waiting["items"][0]["business_id"], json!(business.id), "{waiting}");
    assert_eq!(answer(&mut stage, &new, &token, "accept").await.expect(200)["status"], "accepted");
    let me = stage.try_ask(Some(&new), "GET", "/me", &Value::Null).await.expect(200);
    assert_eq!(me["memberships"][0]["role"], "customer", "{me}");
    assert_eq!(me["memberships"][0]["unit_id"], json!(business.unit_id), "{me}");
}

async fn an_invitation_needs_what_the_role_needs(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let saver = stage.api().customer(None).await;
    let list = format!("/businesses/{}/invitations", business.id);
    for role in ["admin", "sub_agent"] {
        let body = json!({ "phone": saver.phone, "role": role });
        let _ = stage.try_ask(Some(&agent), "POST", &list, &body).await.expect(201);
        let token = token(&stage);
        assert_eq!(answer(&mut stage, &saver, &token, "accept").await.problem(403), "passphrase_required");
        assert_eq!(answer(&mut stage, &saver, &token, "reject").await.expect(200)["status"], "rejected");
    }
}

async fn an_invitation_dies_after_a_day(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let saver = stage.api().customer(None).await;
    let list = format!("/businesses/{}/invitations", business.id);
    let body = json!({ "phone": saver.phone, "role": "customer" });
    let made = stage.try_ask(Some(&agent), "POST", &list, &body).await.expect(201);
    let old = token(&stage);
    stage.clock.advance(24.hours());
    let (agent, saver) = (stage.api().login(&agent).await, stage.api().login(&saver).await);
    let refused = answer(&mut stage, &saver, &old, "accept").await;
    assert_eq!(refused.problem(409), "invitation_status");
    assert_eq!(refused.json()["detail"], "the invitation is expired");
    let none = stage.try_ask(Some(&saver), "GET", "/me/invitations", &Value::Null).await.expect(200);
    assert_eq!(none["items"], json!([]));
    let expired = stage.try_ask(Some(&agent), "GET", &format!("{list}?status=expired"), &Value::Null).await;
    assert_eq!(expired.expect(200)["items"][0]["id"], made["id"]);
    // It is in nobody's way.
    let _ = stage.try_ask(Some(&agent), "POST", &list, &body).await.expect(201);
    let new = token(&stage);
    assert_eq!(answer(&mut stage, &saver, &new, "accept").await.expect(200)["status"], "accepted");
    assert_eq!(answer(&mut stage, &saver, &old, "accept").await.problem(409), "invitation_status");
}

async fn nobody_invites_above_himself(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let collector = stage.api().staff(&agent, &business, "sub_agent").await;
    let (units, list) =
        (format!("/businesses/{}/units", business.id), format!("/businesses/{}/invitations", business.id));
    let route = stage.try_ask(Some(&agent), "POST", &units, &json!({ "name": "Oke Arin" })).await.expect(201);
    let place = format!("/businesses/{}/members/{}", business.id, collector.id);
    let _ = stage.try_ask(Some(&agent), "PATCH", &place, &json!({ "unit_id": route["id"] })).await.expect(200);

    let mut number = 0;
    for (who, allowed) in [
        (&agent, &["admin", "sub_agent", "customer"][..]),
        (&admin, &["sub_agent", "customer"]),
        (&collector, &["customer"]),
        (&customer, &[]),
    ] {
        for role in ["admin", "sub_agent", "customer"] {
            number += 1;
            let body = json!({ "phone": format!("+23480311122{number:02}"), "role": role });
            let reply = stage.try_ask(Some(who), "POST", &list, &body).await;
            if allowed.contains(&role) {
                let unit = if who.id == collector.id { route["id"].clone() } else { json!(business.unit_id) };
                assert_eq!(reply.expect(201)["unit_id"], unit, "whom a collector brings in is on his route");
            } else {
                assert_eq!(reply.problem(403), "forbidden", "{role}");
            }
        }
    }
}

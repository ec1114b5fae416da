//! Calls about a business, its units and its people.

use ofektom_testkit::{Business, Person};
use serde_json::{Value, json};

use super::Call;
use crate::cast::{Caller, Cast};

pub async fn call(cast: &Cast, operation: &str, case: &str, caller: Caller) -> Option<Call> {
    let business = cast.business();
    Some(match operation {
        "business_create" => Call::plain().body(json!({ "name": format!("Ajo {}", cast.number()) })),
        "join_code_renew" => Call::at(business),
        "member_leave" => Call { token: leaver_token(cast, caller).await, ..Call::at(business) },
        "business_get" | "units_list" | "members_list" | "invitations_list" => Call::at(business),
        "business_update" => Call::at(business).body(json!({ "name": format!("Esusu {}", cast.number()) })),
        "business_join" => {
            let other = cast.api().business(&cast.outsider).await;
            Call::plain().body(json!({ "code": other.join_code }))
        }
        "unit_create" => Call::at(business).body(json!({ "name": format!("Route {}", cast.number()) })),
        "unit_update" => {
            Call::at(business).and(unit(cast).await).body(json!({ "name": format!("Route {}", cast.number()) }))
        }
        "unit_delete" => Call::at(business).and(unit(cast).await),
        "member_update" => member_update(cast, case).await,
        "customer_register" => Call::at(business).body(json!({ "phone": cast.phone(), "full_name": "Ngozi Eze" })),
        "import_create" => Call::at(business).body(json!(file(cast))),
        "imports_list" | "import_template" => Call::at(business),
        "import_get" => Call::at(business).and(import(cast).await),
        "invitation_create" => Call::at(business).body(json!({ "phone": cast.phone(), "role": invited_role(case) })),
        "invitation_get" | "invitation_revoke" => Call::at(business).and(invitation(cast, invited_role(case)).await),
        _ => return None,
    })
}

/// Whoever leaves is a person of his own, with the caller's role; the owner stays, so for him it is a customer.
async fn leaver_token(cast: &Cast, caller: Caller) -> Option<String> {
    // The code may have been renewed by another call.
    let path = format!("/api/v1/businesses/{}", cast.business());
    let now = cast.api().get(&cast.own.agent, &path).await.expect(200);
    let join_code = now["join_code"].as_str().unwrap().to_owned();
    let business = Business { join_code, ..cast.own.business.clone() };
    let leaver = match caller {
        Caller::Agent | Caller::Customer | Caller::OtherCustomer => cast.api().customer(Some(&business)).await,
        Caller::Admin => cast.api().staff(&cast.own.agent, &business, "admin").await,
        Caller::SubAgent => cast.api().staff(&cast.own.agent, &business, "sub_agent").await,
        _ => return None,
    };
    Some(leaver.token)
}

/// A file with one customer and his card.
fn file(cast: &Cast) -> String {
    let row = format!("{},Ngozi Eze,daily,500.00,1,{}", cast.phone(), cast.today());
    format!("phone,full_name,kind,box_amount,months,start_date\n{row}\n")
}

async fn import(cast: &Cast) -> String {
    let path = format!("/api/v1/businesses/{}/imports", cast.business());
    let request = cast.api().request(reqwest::Method::POST, &path).bearer_auth(&cast.own.agent.token);
    let request = request.header("Idempotency-Key", cast.key()).header("Content-Type", "text/csv").body(file(cast));
    cast.api().send(request).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn invited_role(case: &str) -> &'static str {
    match case {
        "a sub-agent" | "of a sub-agent" => "sub_agent",
        "an admin" | "of an admin" => "admin",
        _ => "customer",
    }
}

/// The id of an invitation by the owner.
async fn invitation(cast: &Cast, role: &str) -> String {
    let path = format!("/api/v1/businesses/{}/invitations", cast.business());
    let body = json!({ "phone": cast.phone(), "role": role });
    cast.post(&cast.own.agent, &path, &body, 201).await["id"].as_str().unwrap().to_owned()
}

async fn unit(cast: &Cast) -> String {
    let path = format!("/api/v1/businesses/{}/units", cast.business());
    let body = json!({ "name": format!("Route {}", cast.number()) });
    cast.post(&cast.own.agent, &path, &body, 201).await["id"].as_str().unwrap().to_owned()
}

/// The member is one of the cast: none of these settings changes what a person may do, but for the promotions, which
/// start again from a customer each time.
async fn member_update(cast: &Cast, case: &str) -> Call {
    let stays = json!({ "status": "active" });
    let (member, settings) = match case {
        "a customer" => (&cast.other_customer, stays),
        "a sub-agent" => (&cast.own.sub_agent, stays),
        "an admin" => (&cast.own.admin, stays),
        "the owner" => (&cast.own.agent, stays),
        "customer to sub-agent" => (promotable(cast).await, json!({ "role": "sub_agent" })),
        "customer to admin" => (promotable(cast).await, json!({ "role": "admin" })),
        other => panic!("no such case: {other}"),
    };
    Call::at(cast.business()).and(&member.id).body(settings)
}

async fn promotable(cast: &Cast) -> &Person {
    let path = format!("/api/v1/businesses/{}/members/{}", cast.business(), cast.promotable.id);
    let role: Value = json!({ "role": "customer" });
    let request = cast.api().request(reqwest::Method::PATCH, &path).bearer_auth(&cast.own.agent.token).json(&role);
    let _ = cast.api().send(request).await.expect(200);
    &cast.promotable
}

//! Calls about cards, contributions and payment requests.

use ofektom_testkit::Person;
use serde_json::{Value, json};

use super::Call;
use crate::cast::{Caller, Cast};

pub async fn call(cast: &Cast, operation: &str, case: &str, caller: Caller) -> Option<Call> {
    Some(match operation {
        "savings_preview" => Call::plain().body(plan(cast)),
        "savings_open" => {
            let himself = cast.person(caller).filter(|_| case == "for himself");
            let customer = himself.unwrap_or(&cast.own.customer);
            let mut body = plan(cast);
            body["customer_id"] = json!(customer.id);
            Call::at(cast.business()).body(body)
        }
        "savings_by_tracking" => {
            let card = cast.card().await;
            let seen = cast.api().card(&cast.own.agent, &card).await;
            Call::at(seen["tracking_number"].as_str().unwrap())
        }
        "savings_get" | "savings_schedule" | "savings_statement" => Call::at(cast.card().await),
        "savings_end" | "savings_cancel" => Call::at(cast.card().await),
        "savings_update" => Call::at(cast.card().await).body(json!({ "box_amount": "600.00", "months": 2 })),
        "savings_extend" => Call::at(cast.card().await).body(json!({ "months": 1 })),
        "savings_renew" => Call::at(cast.ended_card().await).body(json!({})),
        "contribution_post" => Call::at(cast.card().await).body(json!({ "amount": "500.00", "method": "cash" })),
        "contributions_post_bulk" => {
            let items = json!([{ "savings_id": cast.card().await, "amount": "500.00" }]);
            Call::at(cast.business()).body(json!({ "items": items }))
        }
        "contribution_get" => Call::at(cast.contribution_by(&cast.own.sub_agent).await),
        "contribution_reverse" => {
            let collector = if case == "collected by the agent" { &cast.own.agent } else { &cast.own.sub_agent };
            Call::at(cast.contribution_by(collector).await).body(json!({ "reason": "counted twice" }))
        }
        "round_close" => {
            let body = json!({ "business_id": cast.business(), "date": cast.past_day(), "counted": "0.00" });
            Call::plain().body(body)
        }
        "round_get" => Call::at(round(cast, case).await),
        "round_accept" => Call::at(round(cast, case).await).body(json!({ "handed_in": "0.00" })),
        "round_reopen" => Call::at(round(cast, case).await).body(json!({ "reason": "counted wrongly" })),
        "payout_file" => {
            let mut body = json!({ "destination": "cash" });
            if caller != Caller::Customer {
                body["reason"] = json!("asked for by phone");
            }
            Call::at(cast.ended_card().await).body(body)
        }
        _ => return on_request(cast, operation, case).await,
    })
}

async fn on_request(cast: &Cast, operation: &str, case: &str) -> Option<Call> {
    let pending = async || Call::at(cast.request_by(filer(cast, case)).await);
    let approved = async || Call::at(cast.request_approved_of(filer(cast, case)).await);
    Some(match operation {
        "payout_get" | "payout_cancel" | "payout_approve" => pending().await,
        "payout_reject" => pending().await.body(json!({ "reason": "not in person" })),
        "payout_disburse" => approved().await.body(json!({ "method": "cash" })),
        "payout_fail" => approved().await.body(json!({ "reason": "nobody there", "final": false })),
        _ => return None,
    })
}

async fn round(cast: &Cast, case: &str) -> String {
    match case {
        "of the sub-agent" => cast.round_by(&cast.own.sub_agent).await,
        _ => cast.round().await,
    }
}

const fn filer<'cast>(cast: &'cast Cast, case: &str) -> &'cast Person {
    match case.as_bytes() {
        b"filed by the agent" => &cast.own.agent,
        b"filed by the admin" => &cast.own.admin,
        _ => &cast.own.customer,
    }
}

/// A plan of a month from today.
fn plan(cast: &Cast) -> Value {
    json!({ "kind": "daily", "box_amount": "500.00", "months": 1, "start_date": cast.today() })
}

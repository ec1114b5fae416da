//! Input that is not acceptable: each is answered with a problem that the route documents, and changes nothing.

mod bodies;
mod fields;
mod paths;

use ofektom_http::{Access, Row, refusals_of};
use ofektom_testkit::Reply;
use serde_json::Value;

use crate::calls::{Call, call, cases};
use crate::cast::{Caller, Cast};

/// Who may make the usual call of a route.
fn caller_of(row: &Row) -> Caller {
    match (row.access, row.operation) {
        (Access::Platform, _) => Caller::SuperAdmin,
        (_, "payout_cancel") => Caller::Customer,
        _ => Caller::Agent,
    }
}

async fn usual(cast: &Cast, row: &Row) -> Call {
    call(cast, row, cases(row.operation)[0], caller_of(row)).await
}

/// Sends the call with other bytes as its body.
async fn send_bytes(cast: &Cast, row: &Row, call: &Call, (media_type, bytes): (&str, Vec<u8>)) -> Reply {
    let call = Call { body: Value::Null, ..call.clone() };
    let request = call.request(cast, row, cast.person(caller_of(row))).header("Idempotency-Key", cast.key());
    cast.api().send(request.header("Content-Type", media_type).body(bytes)).await
}

/// Sends the call with another body.
async fn send_json(cast: &Cast, row: &Row, call: &Call, body: &Value) -> Reply {
    send_bytes(cast, row, call, ("application/json", body.to_string().into_bytes())).await
}

/// A problem document of the 4xx kind with a code that the route documents; gives the code.
#[track_caller]
fn refused(row: &Row, reply: &Reply, what: &str) -> String {
    let about = format!("{} with {what:.200}: {} {}", row.operation, reply.status, reply.text());
    assert!((400..500).contains(&reply.status), "{about}");
    assert_eq!(reply.header("content-type"), "application/problem+json", "{about}");
    let code = reply.json()["code"].as_str().unwrap().to_owned();
    let documented = refusals_of(row).iter().any(|kind| (kind.code, kind.status) == (code.as_str(), reply.status));
    assert!(documented, "not documented: {about}");
    code
}

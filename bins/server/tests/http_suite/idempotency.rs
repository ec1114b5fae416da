//! Exactly once: what the `Idempotency-Key` does on every route that moves money.

use ofektom_http::{Row, table};
use ofektom_testkit::{Reply, TestDb, on_both_engines};
use serde_json::json;

use crate::calls::{Call, call, cases};
use crate::cast::{Caller, Cast};

on_both_engines!(
    a_key_is_needed,
    a_repeated_request_is_answered_again,
    a_key_belongs_to_a_caller,
    a_refusal_keeps_no_key
);

fn money_rows() -> impl Iterator<Item = &'static Row> {
    table().iter().filter(|row| row.money)
}

/// Who may make the usual call of a route.
fn caller_of(row: &Row) -> Caller {
    if row.operation == "payout_cancel" { Caller::Customer } else { Caller::Agent }
}

async fn new_call(cast: &Cast, row: &Row) -> Call {
    call(cast, row, cases(row.operation)[0], caller_of(row)).await
}

async fn send(cast: &Cast, row: &Row, call: &Call, (caller, key): (Caller, &str)) -> Reply {
    let request = call.request(cast, row, cast.person(caller)).header("Idempotency-Key", key);
    cast.api().send(request).await
}

async fn a_key_is_needed(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in money_rows() {
        let call = new_call(&cast, row).await;
        let before = cast.database.everything().await;
        let without = cast.api().send(call.request(&cast, row, cast.person(caller_of(row)))).await;
        assert_eq!(without.problem(400), "idempotency_key_missing", "{}", row.operation);
        for key in ["", "two words", "naïve", &"k".repeat(256)] {
            let refused = send(&cast, row, &call, (caller_of(row), key)).await;
            assert_eq!(refused.problem(400), "idempotency_key_invalid", "{} {key:?}", row.operation);
        }
        assert_eq!(cast.database.everything().await, before, "{}", row.operation);
    }
}

async fn a_repeated_request_is_answered_again(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in money_rows() {
        let (caller, key) = (caller_of(row), cast.key());
        let (first, other) = (new_call(&cast, row).await, new_call(&cast, row).await);
        let answer = send(&cast, row, &first, (caller, &key)).await;
        assert_eq!(answer.status, row.reply.status, "{}: {}", row.operation, answer.text());
        assert_eq!(answer.header("idempotent-replayed"), "", "{}", row.operation);

        let before = cast.database.everything().await;
        let again = send(&cast, row, &first, (caller, &key)).await;
        assert_eq!((again.status, &again.body), (answer.status, &answer.body), "{}", row.operation);
        assert_eq!(again.header("idempotent-replayed"), "true", "{}", row.operation);
        for header in ["location", "content-type"] {
            assert_eq!(again.header(header), answer.header(header), "{}", row.operation);
        }
        let reused = send(&cast, row, &other, (caller, &key)).await;
        assert_eq!(reused.problem(422), "idempotency_key_reused", "{}", row.operation);
        assert_eq!(cast.database.everything().await, before, "{}: a repetition changed something", row.operation);
    }
}

async fn a_key_belongs_to_a_caller(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in money_rows().filter(|row| caller_of(row) == Caller::Agent) {
        let key = cast.key();
        for caller in [Caller::Agent, Caller::Admin] {
            let answer = send(&cast, row, &new_call(&cast, row).await, (caller, &key)).await;
            assert_eq!(answer.status, row.reply.status, "{} {caller:?}: {}", row.operation, answer.text());
            assert_eq!(answer.header("idempotent-replayed"), "", "{} {caller:?}", row.operation);
        }
    }
}

/// What was refused may be put right and sent again under the same key.
async fn a_refusal_keeps_no_key(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let agent = &cast.own.agent;
    for row in money_rows() {
        let (caller, key) = (caller_of(row), cast.key());
        let right = new_call(&cast, row).await;
        let wrong = if row.file.is_some() { json!("colour\nred\n") } else { json!({ "colour": "red" }) };
        let wrong = Call { body: wrong, ..right.clone() };
        assert_eq!(
            send(&cast, row, &wrong, (caller, &key)).await.problem(422),
            "validation_failed",
            "{}",
            row.operation
        );
        let answer = send(&cast, row, &right, (caller, &key)).await;
        assert_eq!(answer.status, row.reply.status, "{}: {}", row.operation, answer.text());
    }

    // The same for what only the rules refuse.
    let card = cast.card().await;
    let (path, key) = (format!("/api/v1/savings/{card}/contributions"), cast.key());
    let too_much = cast.api().post_money(agent, &path, &key, &json!({ "amount": "1000000.00" })).await;
    assert_eq!(too_much.problem(422), "boxes_exhausted");
    let _ = cast.api().post_money(agent, &path, &key, &json!({ "amount": "1000.00" })).await.expect(201);

    let (path, key) = (format!("/api/v1/savings/{card}/payment-requests"), cast.key());
    let body = json!({ "destination": "cash", "reason": "asked for by phone" });
    assert_eq!(cast.api().post_money(agent, &path, &key, &body).await.problem(409), "not_completed");
    let _ = cast.post(agent, &format!("/api/v1/savings/{card}/end"), &json!({}), 200).await;
    let _ = cast.api().post_money(agent, &path, &key, &body).await.expect(201);
}

//! Every change leaves exactly one row in the audit trail; what is refused, read or repeated leaves none. Only a super
//! admin's reading leaves one.

use std::collections::BTreeSet;

use ofektom_http::{Access, Row, table};
use ofektom_testkit::{Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::Value;

use crate::calls::{Call, call, cases};
use crate::cast::{Caller, Cast};

on_both_engines!(
    a_change_leaves_one_row,
    a_super_admins_reading_leaves_one_row,
    a_reading_that_cannot_be_written_down_is_refused,
    no_row_holds_a_secret,
);

/// The verb of the row that each changing route leaves; the status of a business is told in two trails.
const VERBS: &[(&str, &str)] = &[
    ("sign_up", "user.sign_up"),
    ("login", "session.login"),
    ("user_activate", "user.activate"),
    ("logout", "session.logout"),
    ("logout_all", "session.logout_all"),
    ("session_end", "session.logout"),
    ("secret_change", "secret.change"),
    ("secret_reset_request", "secret.reset_request"),
    ("secret_reset", "secret.reset"),
    ("profile_update", "user.update"),
    ("bank_account_create", "bank_account.create"),
    ("bank_account_update", "bank_account.update"),
    ("bank_account_delete", "bank_account.delete"),
    ("notification_preferences_update", "notification_preferences.update"),
    ("business_create", "business.create"),
    ("business_update", "business.update"),
    ("join_code_renew", "business.join_code"),
    ("business_join", "membership.join"),
    ("member_leave", "membership.leave"),
    ("unit_create", "unit.create"),
    ("unit_update", "unit.update"),
    ("unit_delete", "unit.delete"),
    ("member_update", "membership.update"),
    ("customer_register", "customer.register"),
    ("import_create", "import.create"),
    ("invitation_create", "invitation.create"),
    ("invitation_revoke", "invitation.revoke"),
    ("invitation_accept", "invitation.accept"),
    ("invitation_reject", "invitation.reject"),
    ("savings_open", "savings.open"),
    ("savings_update", "savings.update"),
    ("savings_extend", "savings.extend"),
    ("savings_end", "savings.end"),
    ("savings_renew", "savings.renew"),
    ("savings_cancel", "savings.cancel"),
    ("contribution_post", "contribution.post"),
    ("contributions_post_bulk", "contribution.post"),
    ("contribution_reverse", "contribution.reverse"),
    ("payout_file", "payment_request.file"),
    ("payout_cancel", "payment_request.cancel"),
    ("payout_approve", "payment_request.approve"),
    ("payout_reject", "payment_request.reject"),
    ("payout_disburse", "payment_request.disburse"),
    ("payout_fail", "payment_request.fail"),
    ("round_close", "round.close"),
    ("round_accept", "round.accept"),
    ("round_reopen", "round.reopen"),
    ("platform_user_update", "user.status"),
    ("platform_business_update", "business.status"),
    ("platform_business_update", "platform.business_status"),
];

/// Routes that are no `GET` and change nothing that the trail is about: a preview stores nothing, and a rotation of tokens
/// is no change of anything that people work with. What a person has read is his own affair.
const SILENT: &[&str] = &["savings_preview", "refresh", "notification_read", "notifications_read_all"];

/// Routes that anybody may call and that name no person: the row holds bits of a keyed hash in his place.
const NOBODY_SIGNED_IN: &[&str] = &["secret_reset_request"];

async fn a_change_leaves_one_row(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in table() {
        let caller = match (row.access, row.operation) {
            (Access::Platform, _) => Caller::SuperAdmin,
            (_, "payout_cancel") => Caller::Customer,
            _ => Caller::Agent,
        };
        let call = call(&cast, row, cases(row.operation)[0], caller).await;
        let before = cast.database.trail().await;
        let answer = call.send(&cast, row, cast.person(caller)).await;
        assert!(answer.status < 400, "{}: {}", row.operation, answer.text());
        let left = cast.database.trail_since(&before).await;
        let verbs = VERBS.iter().filter(|(operation, _)| *operation == row.operation).map(|(_, verb)| *verb);
        let verbs: BTreeSet<&str> = verbs.collect();
        let silent = row.method.as_str() == Method::GET.as_str() || SILENT.contains(&row.operation);
        assert_eq!(verbs.is_empty(), silent, "{} has no verb in VERBS; it left {left:?}", row.operation);
        let told: BTreeSet<&str> = left.iter().map(|row| row["verb"].as_str().unwrap()).collect();
        assert_eq!((told, left.len()), (verbs.clone(), verbs.len()), "{}: {left:?}", row.operation);
        for left in &left {
            whole(&cast, row, (&call, caller), &answer, left);
        }
    }
}

/// A row tells who did it to what, in which business, from where, in which request.
fn whole(cast: &Cast, row: &Row, (call, caller): (&Call, Caller), answer: &Reply, left: &Value) {
    let told = |field: &str| left[field].as_str().unwrap().to_owned();
    let about = format!("{}: {left}", row.operation);
    assert_eq!(told("address"), "127.0.0.1", "{about}");
    assert_eq!(told("request_id"), answer.header("x-request-id"), "{about}");
    let nobodys = "0".repeat(32);
    if NOBODY_SIGNED_IN.contains(&row.operation) {
        assert_eq!((told("actor_id"), told("business_id")), (String::new(), nobodys.clone()), "{about}");
        assert_ne!(told("entity_id"), nobodys, "{about}");
        return;
    }
    let person = cast.person(caller).unwrap();
    match (row.access, &call.token) {
        (Access::Public, _) | (_, Some(_)) => assert_ne!(told("actor_id"), "", "{about}"),
        _ => assert_eq!(told("actor_id"), simple(&person.id), "{about}"),
    }
    match row.access {
        Access::Platform if told("verb") == "business.status" => {
            assert_eq!(told("business_id"), told("entity_id"), "{about}");
        }
        Access::Business(_) => assert_eq!(told("business_id"), simple(cast.business()), "{about}"),
        _ if ["/api/v1/businesses", "/api/v1/invitations"].iter().any(|area| row.path.starts_with(area)) => {
            assert_ne!(told("business_id"), nobodys, "{about}");
        }
        _ => assert_eq!(told("business_id"), nobodys, "{about}"),
    }
    // A session is in no answer; everything else was named by the request or by its answer.
    let named = simple(&format!("{} {} {}", call.path(row), call.body, answer.text()));
    let entity = told("entity_id");
    let known = told("entity") == "session" || entity == told("actor_id") || named.contains(&entity);
    assert!(known && entity != nobodys, "{about}");
}

/// An id without hyphens, as [`crate::database::Database::trail`] tells it.
fn simple(id: &str) -> String {
    id.replace('-', "")
}

/// What of a business a super admin reads, over every route that there is: in the trail of that business, once.
async fn a_super_admins_reading_leaves_one_row(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let reading = |row: &&Row| row.method.as_str() == "GET" && matches!(row.access, Access::Business(_));
    for row in table().iter().filter(reading) {
        for case in cases(row.operation) {
            let call = call(&cast, row, case, Caller::SuperAdmin).await;
            let before = cast.database.trail().await;
            let answer = call.send(&cast, row, Some(&cast.super_admin)).await;
            assert_eq!(answer.status, 200, "{}: {}", row.operation, answer.text());
            let left = cast.database.trail_since(&before).await;
            let about = format!("{} {case}: {left:#?}", row.operation);
            let of = |business: &str| left.iter().filter(|row| row["business_id"] == simple(business)).count();
            // Over all businesses, there is a row in the trail of each that the answer tells of.
            let whole = call.query.is_empty() && !row.path.contains('{');
            let empty = whole && answer.json()["items"].as_array().is_some_and(Vec::is_empty);
            if empty {
                assert_eq!(of("00000000-0000-0000-0000-000000000000"), 1, "{about}");
            } else {
                assert_eq!(of(cast.business()), 1, "{about}");
            }
            assert!(whole || left.len() == 1, "{about}");
            for left in &left {
                assert_eq!(left["actor_id"], simple(&cast.super_admin.id), "{about}");
                assert_eq!(left["request_id"], answer.header("x-request-id"), "{about}");
                assert_eq!(left["address"], "127.0.0.1", "{about}");
                let verb = left["verb"].as_str().unwrap();
                assert!(verb.ends_with(".read") || verb.ends_with(".list"), "{about}");
            }
        }
    }
    // Of one thing the row names that thing.
    let card = cast.card().await;
    let before = cast.database.trail().await;
    let _ = cast.api().card(&cast.super_admin, &card).await;
    let left = cast.database.trail_since(&before).await;
    let seen = ["verb", "entity", "entity_id"].map(|field| left[0][field].as_str().unwrap().to_owned());
    assert_eq!(seen, ["savings_account.read".to_owned(), "savings_account".to_owned(), simple(&card)]);
}

async fn a_reading_that_cannot_be_written_down_is_refused(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let card = cast.card().await;
    let path = format!("/api/v1/savings/{card}");
    let _ = cast.api().get(&cast.super_admin, &path).await.expect(200);
    cast.database.execute("ALTER TABLE audit_rows RENAME TO audit_rows_elsewhere").await;
    let refused = cast.api().get(&cast.super_admin, &path).await;
    assert_eq!(refused.problem(503), "unavailable");
    assert!(!refused.text().contains("500.00"), "{}", refused.text());
    let list = format!("/api/v1/savings?business_id={}", cast.business());
    assert_eq!(cast.api().get(&cast.super_admin, &list).await.problem(503), "unavailable");
    // Whom the business trusts reads on.
    let _ = cast.api().get(&cast.own.agent, &path).await.expect(200);
    cast.database.execute("ALTER TABLE audit_rows_elsewhere RENAME TO audit_rows").await;
    let _ = cast.api().get(&cast.super_admin, &path).await.expect(200);
}

async fn no_row_holds_a_secret(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let account = cast.bank_details();
    let _ = cast.post(&cast.own.customer, "/api/v1/me/bank-accounts", &account, 201).await;
    let token = cast.activation_token().await;
    let invitation = cast.invitation_token(&cast.own.customer).await;
    let sql = "SELECT coalesce(CAST(state_before AS TEXT), '') || coalesce(CAST(state_after AS TEXT), '') AS value FROM audit_rows";
    let trail = cast.database.texts(sql).await.join("\n");
    assert!(trail.contains("058"), "the trail names the bank: {trail}");
    let customer = &cast.own.customer;
    let number = account["account_number"].as_str().unwrap();
    for secret in [
        number,
        &token,
        &invitation,
        &customer.secret,
        &customer.token,
        &customer.refresh_token,
        &cast.own.agent.secret,
    ] {
        assert!(!trail.contains(secret), "the trail holds {secret}");
    }
}

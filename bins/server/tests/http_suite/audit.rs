//! Every change leaves exactly one row in the audit trail; what is refused, read or repeated leaves none.

use std::collections::BTreeMap;

use ofektom_http::table;
use ofektom_testkit::{TestDb, on_both_engines};
use reqwest::Method;

use crate::calls::{call, cases};
use crate::cast::{Caller, Cast};

on_both_engines!(a_change_leaves_one_row, no_row_holds_a_secret);

/// The verb of the row that each changing route leaves.
const VERBS: &[(&str, &str)] = &[
    ("sign_up", "user.sign_up"),
    ("login", "session.login"),
    ("user_activate", "user.activate"),
    ("logout", "session.logout"),
    ("logout_all", "session.logout_all"),
    ("session_end", "session.logout"),
    ("profile_update", "user.update"),
    ("bank_account_create", "bank_account.create"),
    ("bank_account_update", "bank_account.update"),
    ("bank_account_delete", "bank_account.delete"),
    ("business_create", "business.create"),
    ("business_update", "business.update"),
    ("business_join", "membership.join"),
    ("unit_create", "unit.create"),
    ("unit_update", "unit.update"),
    ("unit_delete", "unit.delete"),
    ("member_update", "membership.update"),
    ("customer_register", "customer.register"),
    ("savings_open", "savings.open"),
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
];

/// Routes that are no `GET` and change nothing that the trail is about: a preview stores nothing, and a rotation of tokens
/// is no change of anything that people work with.
const SILENT: &[&str] = &["savings_preview", "refresh"];

async fn a_change_leaves_one_row(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in table() {
        let caller = if row.operation == "payout_cancel" { Caller::Customer } else { Caller::Agent };
        let call = call(&cast, row, cases(row.operation)[0], caller).await;
        let before = cast.database.audit_counts().await;
        let answer = call.send(&cast, row, cast.person(caller)).await;
        assert!(answer.status < 400, "{}: {}", row.operation, answer.text());
        let left = difference(&before, &cast.database.audit_counts().await);
        let verb = VERBS.iter().find(|(operation, _)| *operation == row.operation).map(|(_, verb)| (*verb).to_owned());
        let silent = row.method.as_str() == Method::GET.as_str() || SILENT.contains(&row.operation);
        assert_eq!(verb.is_none(), silent, "{} has no verb in VERBS; it left {left:?}", row.operation);
        assert_eq!(left, verb.map(|verb| (verb, 1)).into_iter().collect(), "{}", row.operation);
    }
}

fn difference(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let gained = after.iter().map(|(verb, count)| (verb.clone(), count - before.get(verb).unwrap_or(&0)));
    gained.filter(|(_, count)| *count > 0).collect()
}

async fn no_row_holds_a_secret(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let account = cast.bank_details();
    let _ = cast.post(&cast.own.customer, "/api/v1/me/bank-accounts", &account, 201).await;
    let token = cast.activation_token().await;
    let sql = "SELECT coalesce(CAST(state_before AS TEXT), '') || coalesce(CAST(state_after AS TEXT), '') AS value FROM audit_rows";
    let trail = cast.database.texts(sql).await.join("\n");
    assert!(trail.contains("058"), "the trail names the bank: {trail}");
    let customer = &cast.own.customer;
    let number = account["account_number"].as_str().unwrap();
    for secret in [number, &token, &customer.secret, &customer.token, &customer.refresh_token, &cast.own.agent.secret] {
        assert!(!trail.contains(secret), "the trail holds {secret}");
    }
}

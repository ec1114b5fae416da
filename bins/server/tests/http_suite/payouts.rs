//! Payment requests: filed, decided, paid, failed.

use jiff::ToSpan as _;
use ofektom_domain::ports::Clock as _;
use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    a_request_is_paid_by_bank,
    a_request_ends_in_every_way,
    cash_comes_from_the_hands_of_a_collector,
    bank_details_are_seen_by_those_who_need_them,
    the_policy_of_payouts_is_kept,
    changed_bank_details_cool_off,
    whoever_saves_with_his_own_business_needs_no_reason_and_no_favour,
);

/// A card that has ended with 4,500.00 to pay out.
async fn ended_card(stage: &mut Stage, agent: &Person, about: (&Business, &Person)) -> String {
    let today = stage.api().today();
    let card = stage.api().daily_card(agent, about, ("500.00", 1, today)).await;
    let _ = stage.collect(agent, &card, "5000.00").await;
    let _ = stage.try_ask(Some(agent), "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    format!("/savings/{card}")
}

fn path(filed: &Reply, verb: &str) -> String {
    format!("/payment-requests/{}/{verb}", text(filed, "id"))
}

async fn a_request_is_paid_by_bank(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(owner, "POST", "/me/bank-accounts", &details).await;
    let today = stage.api().today();
    let active = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let cash = json!({ "destination": "cash" });
    let too_early = format!("/savings/{active}/payment-requests");
    let _ = stage.ask(owner, "POST on an active card", &too_early, cash.clone()).await;

    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let requests = format!("{card}/payment-requests");
    let _ = stage.ask(me, "POST without a reason", &requests, cash.clone()).await;
    let _ = stage.ask(owner, "POST a part", &requests, json!({ "destination": "cash", "amount": "100.00" })).await;
    let to_bank = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    let filed = stage.ask(owner, "POST a request", &requests, to_bank).await;
    let _ = stage.ask(owner, "POST a second one", &requests, cash).await;
    let _ = stage.ask(me, "POST disbursement too early", &path(&filed, "disburse"), json!({ "method": "cash" })).await;
    let _ = stage.ask(me, "POST approval", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.ask(me, "POST approval again", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.ask(owner, "POST cancellation too late", &path(&filed, "cancel"), Value::Null).await;
    let _ = stage.ask(me, "POST disbursement in cash", &path(&filed, "disburse"), json!({ "method": "cash" })).await;
    let transfer = json!({ "method": "bank_transfer" });
    let _ = stage.ask(me, "POST disbursement without reference", &path(&filed, "disburse"), transfer).await;
    let transfer = json!({ "method": "bank_transfer", "reference": "NIP-0001" });
    let _ = stage.ask(me, "POST disbursement", &path(&filed, "disburse"), transfer).await;
    let _ = stage.ask(owner, "GET the card", &card, Value::Null).await;
    stage.answers.hold("payout_by_bank");
}

async fn cash_comes_from_the_hands_of_a_collector(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let other = ended_card(&mut stage, &sub, (&business, &sub)).await;
    let card = ended_card(&mut stage, &sub, (&business, &customer)).await;
    let mut approved = Vec::new();
    for (card, filer) in [(&card, owner), (&other, Some(&sub))] {
        let filed =
            stage.try_ask(filer, "POST", &format!("{card}/payment-requests"), &json!({ "destination": "cash" })).await;
        let _ = stage.try_ask(me, "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
        approved.push(filed);
    }
    let by = |person: &str| json!({ "method": "cash", "paid_by": person });
    let disburse = path(&approved[0], "disburse");
    for nobody in [&customer.id, &stage.api().agent().await.id] {
        let refused = stage.try_ask(me, "POST", &disburse, &by(nobody)).await;
        assert_eq!(refused.json()["errors"][0]["field"], "paid_by", "{}", refused.text());
    }
    let own = stage.try_ask(me, "POST", &path(&approved[1], "disburse"), &by(&sub.id)).await;
    assert_eq!(own.problem(403), "same_person", "nobody pays himself");
    let close = json!({ "business_id": business.id, "counted": "10000.00" });
    let round = stage.try_ask(Some(&sub), "POST", "/rounds/close", &close).await;
    assert_eq!(stage.try_ask(me, "POST", &disburse, &by(&sub.id)).await.problem(409), "round_closed");
    let reopen = format!("/rounds/{}/reopen", text(&round, "id"));
    let _ = stage.try_ask(me, "POST", &reopen, &json!({ "reason": "a payout is missing" })).await.expect(200);
    let paid = stage.try_ask(me, "POST", &disburse, &by(&sub.id)).await.expect(200);
    assert_eq!((&paid["paid_by"], &paid["updated_by"]), (&json!(sub.id), &json!(agent.id)));
    let cash = stage.try_ask(Some(&sub), "GET", &format!("/businesses/{}/cash", business.id), &Value::Null).await;
    let fields = ["collected", "paid_out", "expected"].map(|field| cash.json()["collectors"][0][field].clone());
    assert_eq!(json!(fields), json!(["10000.00", "4500.00", "5500.00"]));
    let told = stage.try_ask(Some(&sub), "GET", "/me/notifications?limit=1", &Value::Null).await.expect(200);
    assert_eq!(told["items"][0]["kind"], "payout_paid", "whose cash it was is told");
    let bank = json!({ "method": "bank_transfer", "reference": "NIP-0001", "paid_by": sub.id });
    let refused = stage.try_ask(me, "POST", &path(&approved[1], "disburse"), &bank).await;
    assert_eq!(refused.problem(422), "method_mismatch");
}

async fn a_request_ends_in_every_way(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let requests = format!("{card}/payment-requests");
    let cash = json!({ "destination": "cash" });

    let filed = stage.try_ask(owner, "POST", &requests, &cash).await;
    let _ = stage.ask(me, "POST rejection without a reason", &path(&filed, "reject"), json!({})).await;
    let _ = stage.ask(me, "POST rejection", &path(&filed, "reject"), json!({ "reason": "come in person" })).await;
    let filed = stage.try_ask(owner, "POST", &requests, &cash).await;
    let _ = stage.ask(owner, "POST cancellation", &path(&filed, "cancel"), Value::Null).await;

    let on_behalf = json!({ "destination": "cash", "reason": "asked for by phone" });
    let filed = stage.ask(me, "POST on his behalf", &requests, on_behalf).await;
    let _ = stage.ask(me, "POST approval by the filer", &path(&filed, "approve"), Value::Null).await;
    let _ = stage.try_ask(Some(&admin), "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
    let failed = json!({ "reason": "nobody there", "final": false });
    let _ = stage.ask(Some(&admin), "POST failure", &path(&filed, "fail"), failed).await;
    let _ = stage.ask(Some(&admin), "POST approval after failure", &path(&filed, "approve"), Value::Null).await;
    let failed = json!({ "reason": "given up", "final": true });
    let _ = stage.ask(Some(&admin), "POST final failure", &path(&filed, "fail"), failed).await;
    let _ = stage.ask(Some(&admin), "POST approval after final failure", &path(&filed, "approve"), Value::Null).await;
    let seen = stage.try_ask(me, "GET", &card, &Value::Null).await.expect(200);
    assert_eq!((&seen["balance"], &seen["held"]), (&json!("4500.00"), &json!("0.00")), "all came back");
    let _ = stage.ask(me, "GET requests", &format!("/payment-requests?business_id={}", business.id), Value::Null).await;
    stage.answers.hold("payout_ends");
}

async fn bank_details_are_seen_by_those_who_need_them(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(Some(&customer), "POST", "/me/bank-accounts", &details).await;
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let body = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    let filed = stage.try_ask(Some(&customer), "POST", &format!("{card}/payment-requests"), &body).await;
    let (whole, masked) = ("0123456789", "******6789");
    // While it is open, whoever may decide has to see where the money goes; afterwards only those who acted.
    for (verb, body, number_of_admin) in [
        ("", Value::Null, whole),
        ("approve", Value::Null, whole),
        ("fail", json!({ "reason": "the bank was down", "final": false }), whole),
        ("approve", Value::Null, whole),
        ("disburse", json!({ "method": "bank_transfer", "reference": "NIP-0001" }), masked),
    ] {
        if !verb.is_empty() {
            let _ = stage.try_ask(Some(&agent), "POST", &path(&filed, verb), &body).await.expect(200);
        }
        for (person, number) in [(&customer, whole), (&agent, whole), (&admin, number_of_admin), (&sub, masked)] {
            let one = format!("/payment-requests/{}", text(&filed, "id"));
            let one = stage.try_ask(Some(person), "GET", &one, &Value::Null).await.expect(200);
            assert_eq!(one["destination"]["account_number"], number, "{verb}");
            let list = stage.try_ask(Some(person), "GET", "/payment-requests", &Value::Null).await.expect(200);
            assert_eq!(list["items"][0]["destination"]["account_number"], number, "{verb}");
        }
    }
}

async fn the_policy_of_payouts_is_kept(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let (me, owner) = (Some(&agent), Some(&customer));
    let policy = json!({ "policy": { "partial_payout": true, "four_eyes_above": "999.99" } });
    let _ = stage.try_ask(me, "PATCH", &format!("/businesses/{}", business.id), &policy).await.expect(200);
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let requests = format!("{card}/payment-requests");
    let part = |amount: &str| json!({ "destination": "cash", "amount": amount });
    for (amount, status, code) in [("4500.01", 409, "insufficient_balance"), ("0.00", 422, "validation_failed")] {
        assert_eq!(stage.try_ask(owner, "POST", &requests, &part(amount)).await.problem(status), code);
    }
    // The agent collected on the card: above the amount another one approves.
    let filed = stage.try_ask(owner, "POST", &requests, &part("1000.00")).await;
    assert_eq!(stage.try_ask(me, "POST", &path(&filed, "approve"), &Value::Null).await.problem(403), "four_eyes");
    let _ = stage.try_ask(Some(&admin), "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
    let _ = stage.try_ask(me, "POST", &path(&filed, "disburse"), &json!({ "method": "cash" })).await.expect(200);
    let seen = stage.try_ask(me, "GET", &card, &Value::Null).await.expect(200);
    let fields = ["status", "balance", "held", "paid_out"].map(|field| seen[field].clone());
    assert_eq!(json!(fields), json!(["completed", "3500.00", "0.00", "1000.00"]));
    let filed = stage.try_ask(owner, "POST", &requests, &part("999.99")).await;
    let _ = stage.try_ask(me, "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
    let _ = stage.try_ask(me, "POST", &path(&filed, "disburse"), &json!({ "method": "cash" })).await.expect(200);
    let rest = stage.try_ask(owner, "POST", &requests, &json!({ "destination": "cash" })).await;
    assert_eq!(rest.json()["amount"], "2500.01", "the whole balance when no amount is named");
    let _ = stage.try_ask(Some(&admin), "POST", &path(&rest, "approve"), &Value::Null).await.expect(200);
    let _ = stage.try_ask(me, "POST", &path(&rest, "disburse"), &json!({ "method": "cash" })).await.expect(200);
    let seen = stage.try_ask(me, "GET", &card, &Value::Null).await.expect(200);
    assert_eq!((&seen["status"], &seen["paid_out"]), (&json!("paid_out"), &json!("4500.00")));
}

async fn changed_bank_details_cool_off(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let mut owner = customer.clone();
    let details =
        |number: &str| json!({ "bank_code": "058", "account_number": number, "account_name": "Adaeze Okafor" });
    let account = stage.try_ask(Some(&owner), "POST", "/me/bank-accounts", &details("0123456789")).await;
    let account = text(&account, "id");
    let card = ended_card(&mut stage, &agent, (&business, &customer)).await;
    let (requests, mine) = (format!("{card}/payment-requests"), format!("/me/bank-accounts/{account}"));
    let to_bank = json!({ "destination": { "bank_account_id": account } });
    // The request keeps the details that it was filed with, whatever becomes of the account.
    let filed = stage.try_ask(Some(&owner), "POST", &requests, &to_bank).await;
    let _ = stage.try_ask(Some(&owner), "PATCH", &mine, &details("9876543210")).await.expect(200);
    let one = format!("/payment-requests/{}", text(&filed, "id"));
    let seen = stage.try_ask(Some(&owner), "GET", &one, &Value::Null).await.expect(200);
    assert_eq!(seen["destination"]["account_number"], "0123456789");
    let reason = json!({ "reason": "the account has changed" });
    let rejected = stage.try_ask(Some(&agent), "POST", &path(&filed, "reject"), &reason).await.expect(200);
    assert_eq!(rejected["reason"], "the account has changed");
    assert_eq!(stage.try_ask(Some(&owner), "POST", &requests, &to_bank).await.problem(409), "cooling_off");
    // 24 hours after the change, and no earlier. Tokens do not last that long.
    let changed = stage.clock.now() - 3.seconds();
    stage.clock.set(changed + 24.hours() - 2.seconds());
    owner = stage.api().login(&customer).await;
    assert_eq!(stage.try_ask(Some(&owner), "POST", &requests, &to_bank).await.problem(409), "cooling_off");
    let filed = stage.try_ask(Some(&owner), "POST", &requests, &to_bank).await.expect(201);
    assert_eq!(filed["destination"]["account_number"], "******3210");
}

async fn whoever_saves_with_his_own_business_needs_no_reason_and_no_favour(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let admin = stage.api().staff(&agent, &business, "admin").await;
    let card = ended_card(&mut stage, &agent, (&business, &agent)).await;
    let cash = json!({ "destination": "cash" });
    let requests = format!("{card}/payment-requests");
    assert_eq!(stage.try_ask(Some(&admin), "POST", &requests, &cash).await.problem(422), "validation_failed");
    let filed = stage.try_ask(Some(&agent), "POST", &requests, &cash).await;
    assert_eq!(filed.expect(201)["filed_reason"], Value::Null);
    for verb in ["approve", "reject"] {
        let reason = if verb == "reject" { json!({ "reason": "never mind" }) } else { Value::Null };
        let own = stage.try_ask(Some(&agent), "POST", &path(&filed, verb), &reason).await;
        assert_eq!(own.problem(403), "same_person", "{verb}");
    }
    let _ = stage.try_ask(Some(&admin), "POST", &path(&filed, "approve"), &Value::Null).await.expect(200);
}

//! Lists that people can read: names beside ids, and tables of all rows.

use std::collections::BTreeSet;

use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, text};

on_both_engines!(
    rows_have_names_and_stored_answers_do_not,
    a_list_is_named_over_businesses_and_for_each_reader,
    a_table_has_all_rows_that_the_filters_mean,
    tables_of_payment_requests_hide_account_numbers,
);

async fn table(stage: &Stage, person: &Person, path: &str) -> Reply {
    let request = stage.api().request(Method::GET, &format!("/api/v1{path}")).bearer_auth(&person.token);
    stage.api().send(request.header("Accept", "text/csv")).await
}

async fn renamed(stage: &mut Stage, person: &Person, name: &str) {
    let _ = stage.try_ask(Some(person), "PATCH", "/me", &json!({ "full_name": name })).await.expect(200);
}

/// The agent Ngozi, her sub-agent Chidi, the customer Ada.
async fn people(stage: &mut Stage) -> (Person, Business, Person, Person) {
    let (agent, business, customer) = stage.business().await;
    let sub_agent = stage.api().staff(&agent, &business, "sub_agent").await;
    renamed(stage, &agent, "Ngozi Eze").await;
    renamed(stage, &customer, "Ada Okafor").await;
    renamed(stage, &sub_agent, "Chidi Obi").await;
    (agent, business, customer, sub_agent)
}

fn fields(row: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| row[*name].clone()).collect()
}

async fn rows_have_names_and_stored_answers_do_not(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer, sub_agent) = people(&mut stage).await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let paid = stage.collect(&sub_agent, &card, "2000.00").await;
    let _ = stage.try_ask(Some(&agent), "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let cash = json!({ "destination": "cash" });
    let requests = format!("/savings/{card}/payment-requests");
    let filed = stage.try_ask(Some(&customer), "POST", &requests, &cash).await;
    let request = format!("/payment-requests/{}", text(&filed, "id"));
    let approved = stage.try_ask(Some(&agent), "POST", &format!("{request}/approve"), &Value::Null).await;
    let disburse = format!("{request}/disburse");
    let disbursed = stage.try_ask(Some(&agent), "POST", &disburse, &json!({ "method": "cash" })).await;

    // Answers that are kept for a key hold no names: they stay as they were, byte for byte.
    let answers = [filed.expect(201), approved.expect(200), disbursed.expect(200), paid];
    for answer in &answers {
        let named = answer.as_object().unwrap().keys().filter(|field| field.ends_with("_name")).count();
        assert_eq!((named, answer.get("tracking_number")), (0, None), "{answer}");
    }

    let _ = stage.ask(Some(&agent), "GET cards", "/savings", Value::Null).await;
    let _ = stage.ask(Some(&agent), "GET contributions", "/contributions", Value::Null).await;
    let _ = stage.ask(Some(&agent), "GET payment requests", "/payment-requests", Value::Null).await;
    let _ = stage.ask(Some(&agent), "GET commissions", "/commissions", Value::Null).await;
    // A single read says the same as the list.
    let contribution = format!("/contributions/{}", text_of(&answers[3]));
    for (list, single) in [("/savings", format!("/savings/{card}")), ("/payment-requests", request.clone())] {
        let listed = stage.try_ask(Some(&agent), "GET", list, &Value::Null).await.expect(200);
        let read = stage.try_ask(Some(&agent), "GET", &single, &Value::Null).await.expect(200);
        assert_eq!(listed["items"][0], read, "{single}");
    }
    let names = ["tracking_number", "customer_name", "unit_name", "collector_name"];
    let listed = stage.try_ask(Some(&agent), "GET", "/contributions", &Value::Null).await.expect(200);
    let read = stage.try_ask(Some(&agent), "GET", &contribution, &Value::Null).await.expect(200);
    assert_eq!(fields(&listed["items"][0], &names), fields(&read, &names));
    let tracked = format!("/savings/by-tracking/{}", listed["items"][0]["tracking_number"].as_str().unwrap());
    let tracked = stage.try_ask(Some(&agent), "GET", &tracked, &Value::Null).await.expect(200);
    assert_eq!(tracked["customer_name"], "Ada Okafor");
    stage.answers.hold("named_lists");
}

fn text_of(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}

async fn a_list_is_named_over_businesses_and_for_each_reader(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer, sub_agent) = people(&mut stage).await;
    let today = stage.api().today();
    // The same customer saves with another business, too.
    let other = stage.api().agent().await;
    let theirs = stage.api().business(&other).await;
    let join = json!({ "code": theirs.join_code });
    let _ = stage.try_ask(Some(&customer), "POST", "/businesses/join", &join).await.expect(201);
    renamed(&mut stage, &other, "Dayo Musa").await;
    let mine = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let abroad = stage.api().daily_card(&other, (&theirs, &customer), ("500.00", 1, today)).await;
    let _ = stage.collect(&sub_agent, &mine, "500.00").await;
    let _ = stage.collect(&other, &abroad, "500.00").await;

    let collectors = async |stage: &mut Stage, person: &Person| {
        let list = stage.try_ask(Some(person), "GET", "/contributions", &Value::Null).await;
        assert!(!list.text().contains(&sub_agent.phone) && !list.text().contains(&other.phone), "{}", list.text());
        let rows = list.expect(200)["items"].as_array().unwrap().clone();
        rows.iter().map(|row| row["collector_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // The customer sees who collected, in both businesses; each business sees its own.
    assert_eq!(collectors(&mut stage, &customer).await, ["Dayo Musa", "Chidi Obi"]);
    assert_eq!(collectors(&mut stage, &agent).await, ["Chidi Obi"]);
    assert_eq!(collectors(&mut stage, &other).await, ["Dayo Musa"]);
    // Who has left the business is still named on what he collected.
    let member = format!("/businesses/{}/members/{}", business.id, sub_agent.id);
    let out = json!({ "status": "suspended" });
    let _ = stage.try_ask(Some(&agent), "PATCH", &member, &out).await.expect(200);
    assert_eq!(collectors(&mut stage, &agent).await, ["Chidi Obi"]);
    let commissions = stage.try_ask(Some(&agent), "GET", "/commissions", &Value::Null).await.expect(200);
    let told = fields(&commissions["items"][0], &["collector_name", "unit_name"]);
    assert_eq!((told[0].as_str(), told[1].is_string()), (Some("Chidi Obi"), true));
    assert_eq!(commissions["items"][0]["tracking_number"].as_str().map(str::len), Some(10));
}

async fn a_table_has_all_rows_that_the_filters_mean(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer, sub_agent) = people(&mut stage).await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 24, today)).await;
    let tracking = text_field(&stage.api().card(&agent, &card).await, "tracking_number");
    // More than are read at once.
    for (count, key) in [(500, "first"), (103, "second")] {
        let items: Vec<Value> = (0..count).map(|_| json!({ "savings_id": card, "amount": "500.00" })).collect();
        let path = format!("/api/v1/businesses/{}/contributions/bulk", business.id);
        let made = stage.api().post_money(&sub_agent, &path, key, &json!({ "items": items })).await.expect(200);
        assert_eq!(made["posted"], count);
    }
    let by_agent = stage.collect(&agent, &card, "0.25").await;
    let reversal = format!("/contributions/{}/reversal", text_of(&by_agent));
    let reason = json!({ "reason": "=SUM(A1)" });
    let _ = stage.try_ask(Some(&agent), "POST", &reversal, &reason).await.expect(201);

    let whole = table(&stage, &agent, &format!("/contributions?business_id={}&limit=2", business.id)).await;
    assert_eq!(whole.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"contributions.csv\"");
    let whole = whole.text();
    let lines: Vec<Vec<&str>> = whole.lines().map(|line| line.split(',').collect()).collect();
    let header = "id,collected_on,kind,status,amount,method,tracking_number,customer,collector,unit,boxes_count,credit_after,\
        balance_after,commission_taken,note,reverses,reversed_by,savings_id,customer_id,collected_by,entry_id,created_at";
    assert_eq!(lines[0].join(","), header);
    assert_eq!(lines.len(), 1 + 603 + 2, "every row once");
    let ids: BTreeSet<&str> = lines[1..].iter().map(|line| line[0]).collect();
    assert_eq!(ids.len(), 605);
    assert!(lines[1..].windows(2).all(|pair| pair[0][0] > pair[1][0]), "newest first");
    assert_eq!(lines[1][2..4], ["reversal", "reversal"]);
    assert_eq!((lines[1][14], lines[1][15]), ("'=SUM(A1)", text_of(&by_agent)));
    assert_eq!(lines[605][6..9], [tracking.as_str(), "Ada Okafor", "Chidi Obi"]);

    let count = async |path: &str| table(&stage, &agent, path).await.text().lines().count() - 1;
    assert_eq!(count(&format!("/contributions?collected_by={}", sub_agent.id)).await, 603);
    assert_eq!(count("/contributions?status=reversal").await, 1);
    assert_eq!(count("/contributions?search=nobody").await, 0);
    // From a page on: the rest of the list.
    let page = stage.api().get(&agent, "/api/v1/contributions?limit=5").await.expect(200);
    let rest = format!("/contributions?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(count(&rest).await, 600);

    // The sums of the table of commission are those of the summary.
    let commissions = table(&stage, &agent, "/commissions").await.text();
    let header = "id,date,amount,tracking_number,collector,unit,period_start,savings_id,collector_id,contribution_id,entry_id,\
        created_at";
    assert_eq!(commissions.lines().next(), Some(header));
    let kobo = |line: &str| line.split(',').nth(2).unwrap().replace('.', "").parse::<i64>().unwrap();
    let sum: i64 = commissions.lines().skip(1).map(kobo).sum();
    let told = stage.api().get(&agent, "/api/v1/commissions/summary?group_by=business").await.expect(200);
    assert_eq!(told["items"][0]["net"], format!("{}.00", sum / 100));
    assert!(commissions.lines().nth(1).unwrap().contains(",Chidi Obi,"), "{commissions}");
    // A sub-agent has his own collections, a customer none; a customer's own contributions are his to take along.
    assert_eq!(table(&stage, &sub_agent, "/commissions").await.text(), commissions);
    assert_eq!(table(&stage, &customer, "/commissions").await.problem(403), "forbidden");
    assert_eq!(table(&stage, &customer, "/contributions").await.text(), whole);
    let stranger = stage.api().agent().await;
    let foreign = format!("/contributions?business_id={}", business.id);
    assert_eq!(table(&stage, &stranger, &foreign).await.problem(404), "not_found");
}

fn text_field(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

async fn tables_of_payment_requests_hide_account_numbers(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer, _) = people(&mut stage).await;
    let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Ada Okafor" });
    let account = stage.try_ask(Some(&customer), "POST", "/me/bank-accounts", &details).await;
    let to_bank = json!({ "destination": { "bank_account_id": text(&account, "id") } });
    for destination in [to_bank, json!({ "destination": "cash" })] {
        let today = stage.api().today();
        let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
        let _ = stage.collect(&agent, &card, "2000.00").await;
        let _ = stage.try_ask(Some(&agent), "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
        let requests = format!("/savings/{card}/payment-requests");
        let _ = stage.try_ask(Some(&customer), "POST", &requests, &destination).await.expect(201);
    }
    let whole = table(&stage, &agent, "/payment-requests").await.text();
    let lines: Vec<Vec<&str>> = whole.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 3, "{whole}");
    assert_eq!(lines[0][..5], ["id", "filed_on", "status", "amount", "tracking_number"]);
    assert_eq!(lines[1][7..12], ["cash", "", "", "", "Ada Okafor"]);
    assert_eq!(lines[2][7..12], ["bank", "058", "******6789", "Ada Okafor", "Ada Okafor"]);
    for reader in [&agent, &customer] {
        assert!(!table(&stage, reader, "/payment-requests").await.text().contains("0123456789"));
    }
    assert_eq!(table(&stage, &agent, "/payment-requests?status=paid").await.text().lines().count(), 1);
}

//! What a business is told about itself: statements to hand out, its summary, its books for an accountant.

use std::collections::BTreeMap;

use ofektom_testkit::{Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_engines!(
    a_statement_is_a_table_and_a_paper,
    a_summary_tells_today_the_month_and_all_time,
    an_export_sums_to_the_trial_balance,
    a_cell_of_a_table_is_never_a_formula,
);

async fn get_as(stage: &Stage, person: &Person, path: &str, accept: &str) -> Reply {
    let request = stage.api().request(Method::GET, &format!("/api/v1{path}")).bearer_auth(&person.token);
    stage.api().send(request.header("Accept", accept)).await
}

/// The rows of a table by the names of its columns.
fn rows(reply: &Reply) -> Vec<BTreeMap<String, String>> {
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8", "{}", reply.text());
    let text = reply.text();
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| names.iter().map(ToString::to_string).zip(line.split(',').map(str::to_owned)).collect();
    lines.map(row).collect()
}

fn kobo(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap_or_else(|_| panic!("{text:?} is no amount"))
}

async fn a_statement_is_a_table_and_a_paper(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let today = stage.api().today();
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, today)).await;
    for _ in 0..60 {
        let _ = stage.collect(&agent, &card, "500.00").await;
    }
    let path = format!("/savings/{card}/statement");
    let table = rows(&get_as(&stage, &customer, &path, "text/csv").await);
    // Opening, 60 collections with the commission of two months, closing.
    assert_eq!(table.len(), 64);
    assert_eq!((table[0]["event"].as_str(), table[0]["balance"].as_str()), ("opening_balance", "0.00"));
    assert_eq!((table[63]["event"].as_str(), table[63]["balance"].as_str()), ("closing_balance", "29000.00"));
    assert!(table[1..63].iter().all(|row| row["by"].starts_with("Person ")), "{table:?}");

    let paper = get_as(&stage, &customer, &path, "application/pdf").await;
    assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"), "{}", paper.text());
    assert!(paper.body.starts_with(b"%PDF-1.") && paper.body.ends_with(b"%%EOF"), "{}", paper.text());
    assert!(paper.text().matches("/Type /Page\n").count() >= 2, "62 lines need two pages");
    assert!(paper.header("content-disposition").ends_with(".pdf\""));

    let later = format!("{path}?from=2025-03-02");
    let told = stage.api().get(&agent, &format!("/api/v1{later}")).await.expect(200);
    assert_eq!((&told["opening_balance"], &told["closing_balance"]), (&json!("29000.00"), &json!("29000.00")));
    assert_eq!(told["items"], json!([]));
    let turned = format!("/api/v1{path}?from=2025-03-02&to=2025-03-01");
    assert_eq!(stage.api().get(&agent, &turned).await.expect(422)["errors"][0]["field"], "to");
}

async fn a_summary_tells_today_the_month_and_all_time(db: TestDb) {
    let mut stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (me, today) = (Some(&agent), stage.api().today());
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, today)).await;
    let other = stage.api().daily_card(&agent, (&business, &customer), ("200.00", 1, today)).await;
    let collect = async |card: &str, amount: &str, day: &str, key: &str| {
        let body = json!({ "amount": amount, "method": "cash", "collected_on": day });
        let path = format!("/api/v1/savings/{card}/contributions");
        stage.api().post_money(&agent, &path, key, &body).await.expect(201)
    };
    collect(&card, "1000.00", "2025-02-28", "last-month").await;
    collect(&card, "2000.00", "2025-03-01", "today").await;
    let wrong = collect(&other, "400.00", "2025-03-01", "wrong").await;
    let reversal = format!("/contributions/{}/reversal", wrong["id"].as_str().unwrap());
    let _ = stage.try_ask(me, "POST", &reversal, &json!({ "reason": "counted twice" })).await.expect(201);
    let _ = stage.try_ask(me, "POST", &format!("/savings/{card}/end"), &Value::Null).await.expect(200);
    let requests = format!("/savings/{card}/payment-requests");
    let _ = stage.try_ask(Some(&customer), "POST", &requests, &json!({ "destination": "cash" })).await.expect(201);

    let path = format!("/businesses/{}/summary", business.id);
    let told = stage.try_ask(me, "GET", &path, &Value::Null).await.expect(200);
    let flow = |of: &str| ["from", "to", "collected", "commission", "paid_out"].map(|field| told[of][field].clone());
    let (first, last) = (json!("2025-03-01"), json!("2025-03-01"));
    let of_march = [first, last.clone(), json!("2000.00"), json!("0.00"), json!("0.00")];
    assert_eq!(flow("today"), of_march);
    assert_eq!(flow("month"), of_march);
    assert_eq!(flow("all_time"), [Value::Null, last, json!("3000.00"), json!("500.00"), json!("0.00")]);
    assert_eq!(told["outstanding_cash"], "3000.00");
    assert_eq!(told["open_payouts"], json!({ "count": 1, "amount": "2500.00" }));
    assert_eq!(told["owed_to_customers"], "0.00");
    assert_eq!(told["savings"], json!({ "active": 1, "completed": 1, "paid_out": 0, "cancelled": 0 }));
}

async fn an_export_sums_to_the_trial_balance(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 3, stage.api().today())).await;
    for amount in ["500.00", "700.00", "1800.00", "0.05"] {
        let _ = stage.collect(&agent, &card, amount).await;
    }
    let ledger = format!("/businesses/{}/ledger", business.id);
    let lines = rows(&get_as(&stage, &agent, &format!("{ledger}/export"), "text/csv").await);
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for line in &lines {
        let sum = sums.entry(line["account"].clone()).or_default();
        *sum = (sum.0 + kobo(&line["debit"]), sum.1 + kobo(&line["credit"]));
        assert_eq!(line["tracking_number"].len(), 10);
        assert!(line["collector"].starts_with("Person "));
    }
    let balance = rows(&get_as(&stage, &agent, &format!("{ledger}/trial-balance"), "text/csv").await);
    let total = balance.last().unwrap();
    assert_eq!(
        (total["account"].as_str(), &total["debit"], total["balance"].as_str()),
        ("total", &total["credit"], "0.00")
    );
    for line in &balance[..balance.len() - 1] {
        let sum = sums.remove(&line["account"]).unwrap_or_default();
        assert_eq!((kobo(&line["debit"]), kobo(&line["credit"])), sum, "{line:?}");
    }
    assert!(sums.is_empty(), "{sums:?}");

    // In pages the same lines come in the same order.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = stage.api().get(&agent, &format!("/api/v1{ledger}/export?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        paged.extend(items.iter().map(|line| line["entry_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, lines.iter().map(|line| line["entry_id"].clone()).collect::<Vec<_>>());

    // Of days on which nothing was booked there is the header only, and an empty trial balance.
    let none = get_as(&stage, &agent, &format!("{ledger}/export?to=2025-02-28"), "text/csv").await;
    assert_eq!((rows(&none).len(), none.text().lines().count()), (0, 1));
    let none = stage.api().get(&agent, &format!("/api/v1{ledger}/trial-balance?as_of=2025-02-28")).await.expect(200);
    assert_eq!((&none["total_debit"], &none["as_of"]), (&json!("0.00"), &json!("2025-02-28")));
    let all = stage.api().get(&agent, &format!("/api/v1{ledger}/trial-balance?as_of=2025-03-01")).await.expect(200);
    assert_eq!(all["total_debit"], total["debit"].as_str());
}

async fn a_cell_of_a_table_is_never_a_formula(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, stage.api().today())).await;
    let rename = stage.api().request(Method::PATCH, "/api/v1/me").bearer_auth(&agent.token);
    let _ = stage.api().send(rename.json(&json!({ "full_name": "=HYPERLINK(1)" }))).await.expect(200);
    let _ = stage.collect(&agent, &card, "500.00").await;
    for path in [format!("/savings/{card}/statement"), format!("/businesses/{}/ledger/export", business.id)] {
        let table = get_as(&stage, &agent, &path, "text/csv").await.text();
        assert!(table.contains(",'=HYPERLINK(1),") && !table.contains(",=HYPERLINK"), "{table}");
    }
}

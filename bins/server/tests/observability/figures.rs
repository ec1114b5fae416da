//! That the figures are those of what happened.

use std::time::Instant;

use ofektom_testkit::{Api, Engine, TestDb, TestServer, run_on};
use reqwest::Method;
use serde_json::json;

use crate::scrape::{PATIENCE, PROMETHEUS, metrics, value, whole};

/// Waits until a series has a value.
async fn becomes(api: &Api, series: &str, wanted: i64) {
    let started = Instant::now();
    loop {
        let text = metrics(api, PROMETHEUS).await.text();
        let told = whole(&text, series);
        if told == Some(wanted) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{series} is {told:?}, not {wanted}:\n{text}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn told(api: &Api, series: &str) -> i64 {
    let text = metrics(api, PROMETHEUS).await.text();
    whole(&text, series).unwrap_or_else(|| panic!("no {series} in\n{text}"))
}

/// The number before the point of a time in seconds.
async fn seconds(api: &Api, series: &str) -> i64 {
    let text = metrics(api, PROMETHEUS).await.text();
    let told = value(&text, series).unwrap_or_else(|| panic!("no {series} in\n{text}"));
    told.split('.').next().unwrap().parse().unwrap()
}

#[test]
fn requests_are_counted_by_route_and_status() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let server = TestServer::spawn(&db.url).await;
        let api = &server.api;
        for _ in 0..3 {
            let _ = api.send(api.request(Method::GET, "/problems/not_found")).await.expect(200);
        }
        assert_eq!(api.send(api.request(Method::GET, "/problems/no_such_code")).await.status, 404);
        assert_eq!(api.send(api.request(Method::GET, "/nowhere")).await.status, 404);
        assert_eq!(api.send(api.request(Method::POST, "/problems/not_found")).await.status, 405);
        let count = "ofektom_http_request_duration_seconds_count";
        let of = |route: &str, status| format!("{count}{{method=\"GET\",route=\"{route}\",status=\"{status}\"}}");
        assert_eq!(told(api, &of("/problems/{code}", 200)).await, 3);
        assert_eq!(told(api, &of("/problems/{code}", 404)).await, 1);
        let unmatched = |status| format!("{count}{{method=\"other\",route=\"unmatched\",status=\"{status}\"}}");
        assert_eq!(told(api, &unmatched(404)).await, 1);
        assert_eq!(told(api, &unmatched(405)).await, 1);
        assert_eq!(told(api, "ofektom_http_requests_in_flight").await, 1, "the scrape itself");
    });
}

/// Money is told by a job in the background.
#[test]
fn books_and_batches_are_told() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run_on(engine, async |db: TestDb| {
            let every = [("OFEKTOM_BOOKS_SECONDS", "1"), ("OFEKTOM_AUDIT_SEAL_SECONDS", "1")];
            let server = TestServer::spawn_with(&db.url, &every).await;
            let api = &server.api;
            let agent = api.agent().await;
            let business = api.business(&agent).await;
            let customer = api.customer(Some(&business)).await;
            let card = api.daily_card(&agent, (&business, &customer), ("500.00", 3, api.today())).await;
            api.collect(&agent, &card, "1500.00").await;
            becomes(api, "ofektom_outstanding_cash_kobo", 150_000).await;
            becomes(api, "ofektom_ledger_imbalance_kobo", 0).await;
            becomes(api, "ofektom_open_payouts", 0).await;
            assert_eq!(told(api, "ofektom_contributions_written_total").await, 1);
            assert_eq!(told(api, "ofektom_contribution_batch_size_count").await, 1);
            assert_eq!(told(api, "ofektom_contribution_batch_size_bucket{le=\"1\"}").await, 1);
            assert_eq!(told(api, "ofektom_contribution_commit_duration_seconds_count").await, 1);

            let ended = api.post(Some(&agent), &format!("/api/v1/savings/{card}/end"), &json!({})).await;
            assert!(ended.status < 300, "{}", ended.text());
            let body = json!({ "destination": "cash" });
            let asked =
                api.post_money(&customer, &format!("/api/v1/savings/{card}/payment-requests"), "ask", &body).await;
            let asked = asked.expect(201);
            becomes(api, "ofektom_open_payouts", 1).await;
            let kobo = asked["amount"].as_str().unwrap().replace('.', "").parse().unwrap();
            becomes(api, "ofektom_open_payouts_kobo", kobo).await;
            assert!(seconds(api, "ofektom_audit_unsealed_age_seconds").await < 60);
        });
    }
}

#[test]
fn failed_sign_ins_are_told() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let server = TestServer::spawn(&db.url).await;
        let api = &server.api;
        let hashed = told(api, "ofektom_hashings_total").await;
        let body = json!({ "phone": "08030000001", "secret": "a passphrase that is wrong" });
        let mut refused = 0;
        for _ in 0..6 {
            refused += i64::from(api.post(None, "/api/v1/auth/login", &body).await.status == 429);
        }
        assert!(refused > 0, "from the fifth failure on there is a delay");
        assert_eq!(told(api, "ofektom_sign_ins_held_up_total").await, refused);
        assert_eq!(told(api, "ofektom_hashings_total").await, hashed + 6 - refused);
    });
}

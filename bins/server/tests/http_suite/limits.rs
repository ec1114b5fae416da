//! Limits of requests, and whose address it is that they are counted for.

use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Engine, Person, Reply, TestApp, TestDb, on_both_engines, run_on};
use reqwest::Method;
use serde_json::{Value, json};

/// How often the lock-out is tried: it is a matter of seconds.
const ROUNDS: usize = 3;

on_both_engines!(a_proxy_that_is_trusted_tells_whose_address_it_is);

/// A server with settings of the limits, which the other tests have off.
fn limited<Run: Future<Output = ()>>(settings: &[(&str, &str)], body: impl FnOnce(TestApp) -> Run) {
    let settings: Vec<_> = [("RATE_LIMITS", "on")].into_iter().chain(settings.iter().copied()).collect();
    run_on(Engine::Sqlite, |db: TestDb| async move { body(TestApp::spawn_with(db, &settings).await).await });
}

/// Reads until it is refused; how often it was not, and the refusal.
async fn until_refused(api: &Api, person: &Person, path: &str) -> (u64, Reply) {
    let mut given = 0;
    loop {
        let reply = api.get(person, path).await;
        if reply.status != 200 {
            return (given, reply);
        }
        given += 1;
        assert!(given < 1_000, "nothing is refused");
    }
}

async fn activation(api: &Api) -> Reply {
    let body = json!({ "token": "nobody has this one", "secret": "274951" });
    api.post(None, "/api/v1/auth/activate", &body).await
}

#[test]
fn a_person_is_told_when_to_come_again_and_is_let_in_then() {
    limited(&[("OFEKTOM_LIMIT_USER_PER_MINUTE", "30")], |app| async move {
        let (api, started) = (&app.api, Instant::now());
        let (agent, other) = (api.agent().await, api.agent().await);
        let first = api.get(&agent, "/api/v1/me").await;
        assert_eq!(first.header("ratelimit-policy"), "\"address\";q=12000;w=60, \"user\";q=30;w=60");
        assert_eq!(first.header("ratelimit"), "\"user\";r=29;t=2");
        let (given, refused) = until_refused(api, &agent, "/api/v1/me").await;
        let back = started.elapsed().as_secs() / 2 + 1;
        assert!((29..=29 + back).contains(&given), "{given} after {:?}", started.elapsed());
        assert_eq!(refused.problem(429), "rate_limited");
        assert!(refused.header("ratelimit").starts_with("\"user\";r=0;t="), "{}", refused.header("ratelimit"));
        assert_eq!(refused.json()["request_id"], refused.header("x-request-id"));
        assert_eq!(api.get(&other, "/api/v1/me").await.status, 200, "everybody else goes on");

        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        tokio::time::sleep(Duration::from_secs(wait)).await;
        assert_eq!(api.get(&agent, "/api/v1/me").await.status, 200);
        let metrics = api.send(api.request(Method::GET, "/metrics")).await.expect(200);
        let limits = metrics["rate_limits"].as_array().unwrap();
        let user = limits.iter().find(|limit| limit["name"] == "user").unwrap();
        assert_eq!((&user["quota"], &user["refused"], &user["keys"]), (&json!(30), &json!(1), &json!(2)));
    });
}

#[test]
fn a_bulk_counts_as_ten() {
    limited(&[("OFEKTOM_LIMIT_USER_PER_MINUTE", "36")], |app| async move {
        let api = &app.api;
        let agent = api.agent().await;
        let business = api.business(&agent).await;
        let path = format!("/api/v1/businesses/{}/contributions/bulk", business.id);
        let mut codes = Vec::new();
        for turn in 0..4 {
            let answer = api.post_money(&agent, &path, &format!("bulk-{turn}"), &json!({ "items": [] })).await;
            codes.push(answer.json()["code"].as_str().unwrap().to_owned());
        }
        assert_eq!(codes, ["validation_failed", "validation_failed", "validation_failed", "rate_limited"]);
        assert_eq!(api.get(&agent, "/api/v1/me").await.status, 200, "a lighter one still fits");
    });
}

#[test]
fn a_business_is_charged_with_what_its_members_do() {
    limited(&[("OFEKTOM_LIMIT_BUSINESS_PER_MINUTE", "30")], |app| async move {
        let api = &app.api;
        let (agent, stranger) = (api.agent().await, api.agent().await);
        let business = api.business(&agent).await;
        let customer = api.customer(Some(&business)).await;
        let path = format!("/api/v1/businesses/{}", business.id);
        for _ in 0..40 {
            assert_eq!(api.get(&stranger, &path).await.problem(404), "not_found");
        }
        let (given, refused) = until_refused(api, &agent, &path).await;
        assert!(given >= 29, "{given}");
        assert_eq!(refused.problem(429), "rate_limited");
        assert!(refused.header("ratelimit").starts_with("\"business\";r=0;t="), "{}", refused.header("ratelimit"));
        // One request may come back each two seconds, so several are tried.
        let named = format!("/api/v1/savings?business_id={}", business.id);
        let (given, _) = until_refused(api, &customer, &named).await;
        assert!(given < 15, "{given}: another member of it shares its limit");
        let (given, _) = until_refused(api, &customer, "/api/v1/savings").await;
        assert!(given < 15, "{given}: it is his only business");
        assert_eq!(api.get(&stranger, "/api/v1/me").await.status, 200);
    });
}

#[test]
fn signing_in_is_limited_by_address_and_reading_goes_on() {
    limited(&[("OFEKTOM_LIMIT_SIGN_IN_PER_MINUTE", "6")], |app| async move {
        let api = &app.api;
        // Signing up and in are two.
        let agent = api.agent().await;
        let mut codes = Vec::new();
        for _ in 0..5 {
            codes.push(activation(api).await.json()["code"].as_str().unwrap().to_owned());
        }
        assert_eq!(codes.iter().filter(|code| *code == "not_found").count(), 4, "{codes:?}");
        assert_eq!(codes.last().unwrap(), "rate_limited");
        assert_eq!(api.get(&agent, "/api/v1/me").await.status, 200);
        let refresh = json!({ "refresh_token": agent.refresh_token });
        assert_eq!(api.post(None, "/api/v1/auth/refresh", &refresh).await.status, 200);
    });
}

#[test]
fn with_limits_off_the_lock_out_stays() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let app = TestApp::spawn_with(db, &[("RATE_LIMITS", "off"), ("OFEKTOM_LIMIT_USER_PER_MINUTE", "1")]).await;
        let api = &app.api;
        let agent = api.agent().await;
        for _ in 0..20 {
            let reply = api.get(&agent, "/api/v1/me").await;
            assert_eq!((reply.status, reply.header("ratelimit"), reply.header("ratelimit-policy")), (200, "", ""));
        }
        let wrong = json!({ "phone": agent.phone, "secret": "not the passphrase" });
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(api.post(None, "/api/v1/auth/login", &wrong).await.json()["code"].clone());
        }
        assert_eq!(codes.last().unwrap(), "account_locked", "{codes:?}");
        let metrics = api.send(api.request(Method::GET, "/metrics")).await.expect(200);
        assert_eq!(metrics["rate_limits"], json!([]));
    });
}

#[test]
fn a_forged_header_changes_nothing() {
    limited(&[("OFEKTOM_LIMIT_ADDRESS_PER_MINUTE", "5")], |app| async move {
        let mut statuses = Vec::new();
        for number in 1..=6 {
            let (list, element) = (format!("192.0.2.{number}"), format!("for=192.0.2.{number}"));
            let request = app.api.request(Method::GET, "/problems").header("X-Forwarded-For", list);
            statuses.push(app.api.send(request.header("Forwarded", element)).await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    });
}

async fn a_proxy_that_is_trusted_tells_whose_address_it_is(db: TestDb) {
    let settings =
        [("RATE_LIMITS", "on"), ("OFEKTOM_LIMIT_ADDRESS_PER_MINUTE", "20"), ("TRUSTED_PROXIES", "127.0.0.0/8")];
    let app = TestApp::spawn_with(db, &settings).await;
    let api = &app.api;
    let from = async |address: &str, method: Method, path: &str, token: Option<&str>, body: &Value| {
        // What a client has written itself comes before what the proxies write.
        let request = api.request(method, path).header("X-Forwarded-For", format!("6.6.6.6, {address}, 127.0.0.9"));
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        api.send(if body.is_null() { request } else { request.json(body) }).await
    };
    let agent = api.agent().await;
    let login = json!({ "phone": agent.phone, "secret": agent.secret });
    let tokens = from("192.0.2.1", Method::POST, "/api/v1/auth/login", None, &login).await.expect(200);
    let token = tokens["access_token"].as_str().unwrap();

    // The session and the trail have it.
    let sessions = from("192.0.2.1", Method::GET, "/api/v1/auth/sessions", Some(token), &Value::Null).await.expect(200);
    let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(current["address"], "192.0.2.1");
    let name = json!({ "name": "Amaka Daily Savings" });
    let business = from("2001:db8::1", Method::POST, "/api/v1/businesses", Some(token), &name).await.expect(201);
    let trail = format!("/api/v1/businesses/{}/audit", business["id"].as_str().unwrap());
    let trail = from("2001:db8::1", Method::GET, &trail, Some(token), &Value::Null).await.expect(200);
    assert_eq!(trail["items"][0]["address"], "2001:db8::1", "{trail}");

    // So have the limits.
    let problems = async |address| from(address, Method::GET, "/problems", None, &Value::Null).await.status;
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) {
        statuses.push(problems("192.0.2.2").await);
        assert!(statuses.len() < 200, "nothing is refused");
    }
    assert!(statuses.len() > 20, "{statuses:?}");
    assert_eq!(problems("192.0.2.3").await, 200);

    // And the lock-out: five guesses at numbers that nobody has delay their address, whoever comes from it.
    let login_from = async |address: &str| from(address, Method::POST, "/api/v1/auth/login", None, &login).await;
    let mut refused = false;
    for round in 0..ROUNDS {
        let address = format!("192.0.2.{}", 10 + round);
        for number in 0..5 {
            let guess = json!({ "phone": format!("+23480999999{round}{number}"), "secret": "not the passphrase" });
            let _ = from(&address, Method::POST, "/api/v1/auth/login", None, &guess).await.problem(401);
        }
        // The delay is a second, which a busy machine may let pass.
        let answer = login_from(&address).await;
        refused |= answer.status == 429 && answer.problem(429) == "account_locked";
    }
    assert!(refused);
    assert_eq!(login_from("192.0.2.5").await.status, 200);
}

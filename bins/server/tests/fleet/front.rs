//! What nginx does by itself: headers, compression, copies of public answers, TLS, refusals.

use std::fs;
use std::process::Command;

use futures_util::future::join_all;
use ofektom_http::catalogue;
use ofektom_testkit::{Api, Reply, TestDb};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Fleet, alone, read, until};

/// Once on every answer.
const ON_EVERY_ANSWER: [&str; 9] = [
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "content-security-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "x-request-id",
    "x-release",
    "cache-control",
];

#[test]
fn every_answer_has_its_headers_and_every_refusal_is_a_problem() {
    alone(async |db: TestDb| {
        let mut fleet = Fleet::start(&db.url).await;
        let api = fleet.client(1);
        fs::write(fleet.nginx.folder().join("assets/app.4f3a.js"), "let it = be;").unwrap();
        for (path, status) in
            [("/", 200), ("/health", 200), ("/readyz", 200), ("/docs/", 200), ("/problems", 200), ("/api/v1/me", 401)]
        {
            assert_eq!(complete(read(&api, path).await).status, status, "{path}");
        }
        let asset = complete(read(&api, "/assets/app.4f3a.js").await);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(asset.text(), "let it = be;");

        problem(&read(&api, "/assets/gone.js").await, 404, "not_found");
        problem(&read(&api, "/metrics").await, 403, "forbidden");
        problem(&api.send(api.request(Method::DELETE, "/assets/app.4f3a.js")).await, 403, "forbidden");
        problem(&read(&api, &format!("/{}", "a".repeat(9_000))).await, 414, "bad_request");
        let long = api.request(Method::GET, "/").header("X-Long", "a".repeat(9_000));
        problem(&api.send(long).await, 400, "bad_request");
        let large = api.request(Method::POST, "/api/v1/savings/preview").body("x".repeat(1_048_577));
        problem(&api.send(large).await, 413, "body_too_large");
        let file = format!("/api/v1/businesses/{}/imports", uuid::Uuid::nil());
        let request =
            |bytes| api.request(Method::POST, &file).header("content-type", "text/csv").body("x".repeat(bytes));
        assert_eq!(api.send(request(1_500_000)).await.status, 401, "a file may be larger");
        problem(&api.send(request(2_100_000)).await, 413, "body_too_large");

        for instance in &mut fleet.instances {
            instance.kill();
        }
        let gone = read(&api, "/api/v1/me").await;
        problem(&gone, 502, "unavailable");
        assert_eq!(gone.header("retry-after"), "1");
        let health = complete(read(&api, "/health").await).expect(200);
        assert_eq!(
            (&health["status"], &health["instances"][2]["health"]["status"]),
            (&json!("unhealthy"), &json!("unreachable"))
        );
        // What everybody may know is still told, though it is old by now.
        let old = complete(read(&api, "/problems").await);
        assert_eq!((old.status, old.header("x-cache")), (200, "HIT"), "{}", old.text());
    });
}

#[track_caller]
fn complete(reply: Reply) -> Reply {
    for name in ON_EVERY_ANSWER {
        assert_eq!(reply.headers.get_all(name).iter().count(), 1, "{name}: {:?}", reply.headers);
    }
    assert!(reply.headers.get("strict-transport-security").is_none(), "that is said with TLS only");
    reply
}

/// That a refusal of nginx is told as the application would.
#[track_caller]
fn problem(reply: &Reply, status: u16, code: &str) {
    let reply = complete(reply.clone());
    assert_eq!(reply.problem(status), code);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let problem = reply.json();
    assert_eq!(problem["request_id"], reply.header("x-request-id"));
    assert_eq!(problem["status"], status);
    match catalogue().iter().find(|entry| entry.kind.code == code) {
        Some(entry) => {
            assert_eq!(
                (problem["title"].as_str(), problem["type"].as_str()),
                (Some(entry.kind.title), Some(&*format!("/problems/{code}")))
            );
        }
        None => assert_eq!(problem["type"], "about:blank"),
    }
}

#[test]
fn public_answers_are_kept_and_no_others() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let api = fleet.client(1);
        let crowd = join_all((0..20).map(|_| read(&api, "/openapi.json"))).await;
        assert!(crowd.iter().all(|reply| reply.status == 200 && reply.body == crowd[0].body));
        assert_eq!(
            asked_of_instances(&fleet, "/openapi.json", crowd.len()).await,
            1,
            "one of a crowd asks an instance"
        );
        for (query, mark) in [("", "MISS"), ("", "HIT"), ("?made=up", "HIT")] {
            let reply = read(&api, &format!("/problems{query}")).await;
            assert_eq!((reply.header("x-proxy-cache"), reply.header("x-cache")), (mark, mark), "{query}");
        }
        for (name, value) in [("Authorization", "Bearer nobody's"), ("Cookie", "a=b")] {
            let reply = api.send(api.request(Method::GET, "/problems").header(name, value)).await;
            assert_eq!((reply.status, reply.header("x-proxy-cache")), (200, "BYPASS"), "{name}");
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        assert_eq!(read(&api, "/problems").await.header("cache-control"), "public, max-age=3600");

        let agent = fleet.direct().agent().await;
        for _ in 0..2 {
            let me = api.get(&agent, "/api/v1/me").await;
            assert_eq!(
                (me.status, me.header("x-proxy-cache"), me.header("cache-control")),
                (200, "", "private, no-cache")
            );
        }
        let missing = ["MISS", "MISS"].map(|mark| (404, mark));
        for expected in missing {
            let reply = read(&api, "/problems/none").await;
            assert_eq!((reply.status, reply.header("x-proxy-cache")), expected, "an error is not kept");
        }
    });
}

/// How many of `all` requests for a path went on to an instance. nginx writes a line when the answer is on its way.
async fn asked_of_instances(fleet: &Fleet, path: &str, all: usize) -> usize {
    let lines = || -> Vec<Value> {
        let log = fleet.nginx.access_log();
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["path"] == path).collect()
    };
    until("the log has all", async || lines().len() == all).await;
    lines().iter().filter(|line| line["instances"] != "").count()
}

#[test]
fn long_answers_are_compressed_but_none_with_tokens() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let (direct, api) = (fleet.direct(), fleet.client(1));
        let agent = direct.agent().await;
        let business = direct.business(&agent).await;
        let customer = direct.customer(Some(&business)).await;
        let card = direct.daily_card(&agent, (&business, &customer), ("500.00", 3, direct.today())).await;
        let path = format!("/api/v1/savings/{card}/schedule");
        let ask = |coding: &'static str| {
            api.send(api.request(Method::GET, &path).bearer_auth(&agent.token).header("Accept-Encoding", coding))
        };
        let (plain, packed) = (ask("identity").await, ask("gzip").await);
        assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
        assert!(packed.body.starts_with(&[0x1f, 0x8b]) && packed.body.len() * 3 < plain.body.len());
        assert_eq!(packed.header("etag"), plain.header("etag"), "its version is the same for If-Match");
        let sessions = api.request(Method::GET, "/api/v1/auth/sessions").bearer_auth(&agent.token);
        assert_eq!(api.send(sessions.header("Accept-Encoding", "gzip")).await.header("content-encoding"), "");
        public_answer_in_both_forms(&api).await;
    });
}

async fn public_answer_in_both_forms(api: &Api) {
    for (coding, expected) in [("gzip, br", "gzip"), ("identity", ""), ("gzip;q=0", ""), ("gzip", "gzip")] {
        let reply = api.send(api.request(Method::GET, "/openapi.json").header("Accept-Encoding", coding)).await;
        assert_eq!(reply.header("content-encoding"), expected, "{coding}");
    }
}

#[test]
fn with_tls_browsers_are_told_to_stay_with_it() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        for (version, named) in [("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")] {
            let said = curl(&["--tls-max", version, &format!("{}/livez?{named}", fleet.nginx.tls_url())]);
            assert!(said.starts_with("HTTP/2 200"), "{said}");
            assert!(said.contains("strict-transport-security: max-age=63072000; includeSubDomains"), "{said}");
            let said = curl(&["--tls-max", version, &format!("{}/api/v1/me", fleet.nginx.tls_url())]);
            assert!(said.starts_with("HTTP/2 401"), "{said}");
            let written = format!(r#""tls":"{named}""#);
            until("the log tells the version", async || fleet.nginx.access_log().contains(&written)).await;
        }
        let said = curl(&[&format!("{}/api/v1/me?a=b", fleet.nginx.redirecting_url())]).to_lowercase();
        assert!(
            said.starts_with("http/1.1 308") && said.contains("location: https://127.0.0.1/api/v1/me?a=b"),
            "{said}"
        );
    });
}

/// The head and body of an answer.
fn curl(arguments: &[&str]) -> String {
    let said = Command::new("curl").args(["--silent", "--insecure", "--include"]).args(arguments).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8_lossy(&said.stdout).into_owned()
}

//! Which class each route is of, and what is answered when there are too many requests.

use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, body::to_bytes, web};
use ofektom_cache::Caches;
use serde_json::Value;

use super::Answer;
use crate::client::TrustedProxies;
use crate::configure::configure_rows;
use crate::limits::{LimitSettings, Limits, RateClass};
use crate::openapi::{SchemaOf, openapi_json, refusals_of};
use crate::problem::kind;
use crate::routes::{Access, table};

/// Answers to requests that come one after the other from the addresses given.
async fn answers(settings: LimitSettings, requests: Vec<(&str, TestRequest)>) -> Vec<Answer> {
    let (limits, proxies) =
        (web::Data::new(Limits::new(&settings, &Caches::off())), web::Data::new(TrustedProxies::default()));
    let app = App::new().configure(move |config| configure_rows(config.app_data(limits).app_data(proxies), table()));
    let service = init_service(app).await;
    let mut answers = Vec::new();
    for (address, request) in requests {
        let request = request.peer_addr((address.parse::<std::net::IpAddr>().unwrap(), 4711).into());
        let response = call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        answers.push(Answer { status, headers, body: to_bytes(response.into_body()).await.unwrap().to_vec() });
    }
    answers
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

/// That seconds are those expected, or a few less on a busy machine.
fn nearly(seconds: &str, expected: u64) -> bool {
    (expected - 20..=expected).contains(&seconds.parse().unwrap())
}

const ONE_A_MINUTE: LimitSettings = LimitSettings { address_per_minute: 1, ..LimitSettings::OFF };

#[test]
fn only_those_who_watch_over_the_server_are_never_limited() {
    let unlimited = table().iter().filter(|row| row.rate_class == RateClass::Unlimited);
    assert_eq!(unlimited.map(|row| row.path).collect::<Vec<_>>(), ["/health", "/livez", "/readyz", "/metrics"]);
}

#[test]
fn every_try_at_a_secret_or_code_is_limited_as_a_sign_in() {
    for row in table() {
        let named_secret = |body: &SchemaOf| serde_json::to_string(&body.schema()).unwrap().contains("secret\":");
        let takes_secret = row.body.as_ref().is_some_and(named_secret);
        let is_open =
            row.access == Access::Public && row.path.starts_with("/api/v1/auth") && row.operation != "refresh";
        let sign_in = row.rate_class == RateClass::SignIn;
        assert_eq!(sign_in, takes_secret || is_open, "{}", row.operation);
        assert!(!sign_in || row.method == Method::POST, "{}", row.operation);
    }
}

#[test]
fn what_does_the_work_of_many_counts_as_many() {
    let heavy = table().iter().filter(|row| row.rate_class == RateClass::Heavy).map(|row| row.operation);
    assert_eq!(heavy.collect::<Vec<_>>(), ["contributions_post_bulk", "journal_export", "import_create"]);
    assert!(RateClass::Heavy.units() > RateClass::Usual.units());
}

#[test]
fn the_document_says_which_routes_are_limited() {
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    for row in table() {
        let operation = &document["paths"][row.path_template()][row.method.as_str().to_ascii_lowercase()];
        let limited = row.rate_class != RateClass::Unlimited;
        assert_eq!(
            refusals_of(row).iter().any(|kind| kind.code == kind::RATE_LIMITED.code),
            limited,
            "{}",
            row.operation
        );
        let headers = &operation["responses"][row.reply.status.to_string()]["headers"];
        for name in ["RateLimit", "RateLimit-Policy"] {
            assert_eq!(headers[name].is_object(), limited, "{} {name}", row.operation);
            assert_eq!(operation["responses"]["429"]["headers"][name].is_object(), limited, "{} {name}", row.operation);
        }
        assert_eq!(operation["responses"]["429"]["headers"]["Retry-After"].is_object(), limited, "{}", row.operation);
    }
}

#[actix_web::test]
async fn a_request_too_many_is_told_when_to_come_again() {
    let requests =
        vec![("192.0.2.1", get("/problems")), ("192.0.2.1", get("/problems")), ("192.0.2.2", get("/problems"))];
    let answers = answers(ONE_A_MINUTE, requests).await;
    assert_eq!(answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>(), [200, 429, 200]);
    let policy = "\"address\";q=1;w=60";
    assert_eq!(
        (answers[0].header("ratelimit-policy"), answers[0].header("ratelimit")),
        (policy, "\"address\";r=0;t=60")
    );
    let refused = &answers[1];
    let wait = refused.header("retry-after");
    assert!(nearly(wait, 60), "{wait}");
    assert_eq!(refused.header("ratelimit"), format!("\"address\";r=0;t={wait}"));
    assert_eq!(
        (refused.header("ratelimit-policy"), refused.header("content-type")),
        (policy, "application/problem+json")
    );
    let document = refused.json();
    assert_eq!((&document["code"], &document["type"]), (&"rate_limited".into(), &"/problems/rate_limited".into()));
    assert_eq!(document["detail"], format!("too many requests from this address; try again in {wait} s"));
}

#[actix_web::test]
async fn unknown_paths_and_bad_tokens_count_and_watchers_do_not() {
    let me = || get("/api/v1/me").insert_header(("authorization", "Bearer x"));
    let watch = ["/livez", "/livez", "/livez"].map(|path| ("192.0.2.9", get(path)));
    let others = [
        ("192.0.2.1", get("/nowhere")),
        ("192.0.2.1", get("/api/v1/savings/1/2/3")),
        ("192.0.2.2", me()),
        ("192.0.2.2", me()),
        // One subscriber.
        ("2001:db8::1", get("/problems")),
        ("2001:db8::2", get("/problems")),
    ];
    let answers = answers(ONE_A_MINUTE, watch.into_iter().chain(others).collect()).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    // No use-cases are mounted, so the first look at the token is a defect here.
    assert_eq!(statuses, [200, 200, 200, 404, 429, 500, 429, 200, 429]);
    assert_eq!((answers[0].header("ratelimit"), answers[0].header("ratelimit-policy")), ("", ""));
    assert_eq!(answers[3].header("ratelimit"), "\"address\";r=0;t=60");
}

#[actix_web::test]
async fn signing_in_has_a_tighter_limit_beside_the_usual_one() {
    let settings = LimitSettings { sign_in_per_minute: 2, address_per_minute: 100, ..LimitSettings::OFF };
    let login = || ("192.0.2.1", TestRequest::post().uri("/api/v1/auth/login"));
    let refresh = ("192.0.2.1", TestRequest::post().uri("/api/v1/auth/refresh"));
    let answers = answers(settings, vec![login(), login(), login(), refresh]).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer.json()["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!((codes[2].as_str(), codes.iter().filter(|code| *code == "rate_limited").count()), ("rate_limited", 1));
    assert_eq!(answers[0].header("ratelimit-policy"), "\"sign-in\";q=2;w=60, \"address\";q=100;w=60");
    assert_eq!(answers[0].header("ratelimit"), "\"sign-in\";r=1;t=30");
    assert!(answers[2].header("ratelimit").starts_with("\"sign-in\";r=0;t="));
    assert!(nearly(answers[2].header("retry-after"), 30), "{}", answers[2].header("retry-after"));
    assert_eq!(answers[3].header("ratelimit-policy"), "\"address\";q=100;w=60");
}

#[actix_web::test]
async fn what_is_off_counts_nothing_and_tells_nothing() {
    let requests = (0..5).map(|_| ("192.0.2.1", get("/problems"))).collect();
    for answer in answers(LimitSettings::OFF, requests).await {
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, ""));
        assert_eq!(answer.header("ratelimit-policy"), "");
    }
}

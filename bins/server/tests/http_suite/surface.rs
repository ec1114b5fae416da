//! What is the same for all routes: headers, methods, the document and its page.

use std::collections::BTreeSet;

use ofektom_http::table;
use ofektom_testkit::{Engine, Reply, TestDb, run_on};
use reqwest::Method;
use serde_json::Value;

use crate::stage::Stage;

/// Runs a body on the default engine: nothing here depends on which one it is.
fn on_a_stage<Run: Future<Output = ()>>(body: impl FnOnce(Stage) -> Run) {
    run_on(Engine::Sqlite, |db: TestDb| async { body(Stage::new(db).await).await });
}

async fn send(stage: &Stage, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = stage.api().request(method, path);
    stage.api().send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[test]
fn a_single_read_is_answered_with_304_when_it_is_known() {
    on_a_stage(|stage| async move {
        let (agent, business, customer) = stage.business().await;
        let card = stage.api().daily_card(&agent, (&business, &customer), ("500.00", 1, stage.api().today())).await;
        let bearer = format!("Bearer {}", agent.token);
        for path in [format!("/api/v1/savings/{card}"), format!("/api/v1/businesses/{}", business.id)] {
            let known = stage.api().get(&agent, &path).await;
            let tag = known.header("etag").to_owned();
            assert!(tag.starts_with('"') || tag.starts_with("W/\""), "{path}: {tag:?}");
            let headers = [("Authorization", bearer.as_str()), ("If-None-Match", tag.as_str())];
            let again = send(&stage, Method::GET, &path, &headers).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
            assert_eq!(again.header("etag"), tag, "{path}");
            let headers = [("Authorization", bearer.as_str()), ("If-None-Match", "\"another\"")];
            assert_eq!(send(&stage, Method::GET, &path, &headers).await.status, 200, "{path}");
        }
        let path = format!("/api/v1/savings/{card}");
        let tag = stage.api().get(&agent, &path).await.header("etag").to_owned();
        let _ = stage.api().collect(&agent, &card, "500.00").await;
        let headers = [("Authorization", bearer.as_str()), ("If-None-Match", tag.as_str())];
        assert_eq!(send(&stage, Method::GET, &path, &headers).await.status, 200, "a changed card is sent anew");
    });
}

#[test]
fn every_answer_names_its_request() {
    on_a_stage(|stage| async move {
        for (method, path) in
            [(Method::GET, "/health"), (Method::GET, "/nowhere"), (Method::POST, "/api/v1/auth/login")]
        {
            let given = send(&stage, method.clone(), path, &[("X-Request-Id", "my-request-1")]).await;
            assert_eq!(given.header("x-request-id"), "my-request-1", "{path}");
            if given.status >= 400 {
                assert_eq!(given.json()["request_id"], "my-request-1", "{path}");
                assert_eq!(given.json()["instance"], path);
            }
            let (one, other) = (send(&stage, method.clone(), path, &[]).await, send(&stage, method, path, &[]).await);
            assert!(!one.header("x-request-id").is_empty(), "{path}");
            assert_ne!(one.header("x-request-id"), other.header("x-request-id"), "{path}");
            assert!(!one.header("x-process-time").is_empty(), "{path}");
        }
        // What is no id is not repeated.
        let long = "x".repeat(5_000);
        for bad in ["two words", "<script>", long.as_str()] {
            let answer = send(&stage, Method::GET, "/health", &[("X-Request-Id", bad)]).await;
            assert_ne!(answer.header("x-request-id"), bad);
        }
    });
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    on_a_stage(|stage| async move {
        for path in ["/", "/health", "/livez", "/openapi.json", "/api/v1/me", "/nowhere"] {
            let (get, head) = (send(&stage, Method::GET, path, &[]).await, send(&stage, Method::HEAD, path, &[]).await);
            assert_eq!((head.status, head.header("content-type")), (get.status, get.header("content-type")), "{path}");
            assert!(head.body.is_empty(), "{path}");
        }
    });
}

#[test]
fn what_is_not_in_the_table_is_404_or_405() {
    on_a_stage(|stage| async move {
        for path in [
            "/nowhere",
            "/api/v1",
            "/api/v1/",
            "/api/v1/nowhere",
            "/api/v2/me",
            "/api/v1/me/",
            "//api/v1/me",
            "/api/v1/savings/x/y",
        ] {
            let answer = send(&stage, Method::GET, path, &[]).await;
            assert_eq!(answer.problem(404), "not_found", "{path}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        }
        let paths: BTreeSet<&str> = table().iter().map(|row| row.path).collect();
        for path in paths {
            let known: BTreeSet<&str> =
                table().iter().filter(|row| row.path == path).map(|row| row.method.as_str()).collect();
            let with_head = known.contains("GET").then_some("HEAD");
            let expected: BTreeSet<&str> = known.iter().copied().chain(with_head).collect();
            let some_path = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let answer = send(&stage, Method::PUT, &some_path.collect::<Vec<_>>().join("/"), &[]).await;
            assert_eq!(answer.problem(405), "method_not_allowed", "{path}");
            assert_eq!(answer.header("allow").split(", ").collect::<BTreeSet<_>>(), expected, "{path}");
        }
    });
}

#[test]
fn the_page_of_the_document_needs_no_other_server() {
    on_a_stage(|stage| async move {
        let page = send(&stage, Method::GET, "/docs/", &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-security-policy").contains("default-src 'self'"));
        let mut files = vec![("/docs/swagger-initializer.js".to_owned(), String::new())];
        for quoted in page.text().split('"').filter(|text| text.ends_with(".js") || text.ends_with(".css")) {
            files.push((format!("/docs/{}", quoted.trim_start_matches("./")), quoted.to_owned()));
        }
        assert!(files.len() > 3, "{}", page.text());
        for (path, quoted) in files {
            assert!(!quoted.contains("://") && !quoted.starts_with("//"), "{quoted}");
            let file = send(&stage, Method::GET, &path, &[]).await;
            assert_eq!(file.status, 200, "{path}");
        }
        let page = page.text();
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
        let initializer = send(&stage, Method::GET, "/docs/swagger-initializer.js", &[]).await.text();
        assert!(initializer.contains("/openapi.json") && !initializer.contains("://"), "{initializer}");
    });
}

#[test]
fn the_document_lists_every_route_and_refers_to_nothing_missing() {
    on_a_stage(|stage| async move {
        let document = send(&stage, Method::GET, "/openapi.json", &[]).await.expect(200);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
        assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
        let mut operations = BTreeSet::new();
        for row in table() {
            let path = row.path_template();
            let operation = &document["paths"][&path][row.method.as_str().to_lowercase()];
            assert!(operation.is_object(), "{} {path} is not in the document", row.method);
            assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}: id given twice");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{path}");
            let declared: BTreeSet<&str> = parameters(operation, "path").collect();
            let used: BTreeSet<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(declared, used, "{path}");
        }
        let listed: usize =
            document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(listed, table().len());
        let mut references = BTreeSet::new();
        collect_references(&document, &mut references);
        for reference in references {
            let target = document.pointer(reference.trim_start_matches('#'));
            assert!(target.is_some_and(Value::is_object), "{reference} leads nowhere");
        }
    });
}

fn parameters<'doc>(operation: &'doc Value, place: &'doc str) -> impl Iterator<Item = &'doc str> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(move |parameter| parameter["in"] == place).map(|parameter| parameter["name"].as_str().unwrap())
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.insert(reference.clone());
            }
            fields.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

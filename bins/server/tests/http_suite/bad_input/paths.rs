//! Ids in paths that name nothing, and queries that are not acceptable.

use ofektom_http::{Access, table};
use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use super::{caller_of, refused, usual};
use crate::calls::Call;
use crate::cast::Cast;

on_both_engines!(ids_that_name_nothing_are_not_found, queries_are_checked);

async fn ids_that_name_nothing_are_not_found(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let unknown = ["01890a5d-ac96-774b-bcce-b302099a8057", "00000000-0000-0000-0000-000000000000"];
    let malformed = ["1", "x", "%00", "%2e%2e%2f", "null", "%F0%9F%A6%80", "01890a5d-ac96-774b-bcce-b302099a805z"];
    let long = "9".repeat(3_000);
    for row in table().iter().filter(|row| row.path.contains("/api/") && row.path.contains('{')) {
        let call = usual(&cast, row).await;
        let before = cast.database.everything().await;
        for at in 0..call.parts.len() {
            for part in
                unknown.iter().chain(&malformed).copied().chain([long.as_str(), cast.foreign.business.id.as_str()])
            {
                if row.access == Access::Platform && part == cast.foreign.business.id {
                    continue; // To whoever runs the platform no business is foreign.
                }
                let mut call = call.clone();
                call.parts[at] = part.to_owned();
                let reply = call.send(&cast, row, cast.person(caller_of(row))).await;
                assert_eq!(refused(row, &reply, part), "not_found");
            }
        }
        assert_eq!(cast.database.everything().await, before, "{}", row.operation);
    }
}

async fn queries_are_checked(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in table().iter().filter(|row| row.query.is_some()) {
        let call = usual(&cast, row).await;
        let properties = properties_of(row.path_template().as_str());
        assert!(!properties.is_empty(), "{}", row.operation);
        if ["from", "to"].iter().all(|day| properties.iter().any(|name| name == day)) {
            let call = Call { query: "?from=2025-02-02&to=2025-02-01".to_owned(), ..call.clone() };
            let reply = call.send(&cast, row, cast.person(caller_of(row))).await;
            assert_eq!(refused(row, &reply, &call.query), "validation_failed");
            assert_eq!(reply.json()["errors"][0]["field"], json!("to"), "{}", reply.text());
        }
        let unknown = ("colour".to_owned(), vec!["red"]);
        for (name, values) in properties.into_iter().map(with_unfit).chain([unknown]) {
            for value in values {
                let call = Call { query: format!("?{name}={value}"), ..call.clone() };
                let reply = call.send(&cast, row, cast.person(caller_of(row))).await;
                assert_eq!(refused(row, &reply, &call.query), "validation_failed");
                assert_eq!(reply.json()["errors"][0]["field"], json!(name), "{}", reply.text());
            }
        }
    }
}

/// The names of a route's query parameters, from the document.
fn properties_of(path: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(ofektom_http::openapi_json()).unwrap();
    let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
    let queries = parameters.iter().filter(|parameter| parameter["in"] == "query");
    queries.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
}

fn with_unfit(name: String) -> (String, Vec<&'static str>) {
    let values = match name.as_str() {
        "limit" => vec!["0", "101", "-1", "x", "1.5", "", "1e1", "99999999999999999999"],
        "cursor" => vec!["x", "%00", "AAAA", "", "%20"],
        "from" | "to" => vec!["2025-02-29", "yesterday", "", "2025-1-1", "2025-02-28T00:00:00Z"],
        "search" => vec!["%00"],
        id if id.ends_with("_id") || id == "collector" || id == "collected_by" => vec!["x", "", "1", "%00"],
        _ => vec!["nonsense", "%00"],
    };
    (name, values)
}

//! `docs/OBSERVABILITY.md` against what a server tells, and the forms in which it tells it.

use std::collections::BTreeSet;

use crate::scrape::{OPEN_METRICS, PROMETHEUS, families, metrics, on_a_whole_server, samples, settled};

/// What a server has only with something that cannot be had here: a replica that follows.
const RARE: &[&str] = &["ofektom_database_replica_lag_seconds"];

/// Name and kind of each metric in the tables of the page.
fn catalogue() -> BTreeSet<(String, String)> {
    let page = include_str!("../../../../docs/OBSERVABILITY.md");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let (name, kind) = (cells.next()?.strip_suffix('`')?, cells.next()?);
        ["counter", "gauge", "histogram"].contains(&kind).then(|| (name.to_owned(), kind.to_owned()))
    };
    page.lines().filter_map(row).collect()
}

#[test]
fn the_page_names_every_metric_and_no_other() {
    on_a_whole_server(async |server| {
        let mut told = families(&settled(&server.api).await);
        let named = catalogue();
        told.extend(named.iter().filter(|(name, _)| RARE.contains(&name.as_str())).cloned());
        let unnamed: Vec<_> = told.difference(&named).collect();
        let untold: Vec<_> = named.difference(&told).collect();
        assert!(unnamed.is_empty() && untold.is_empty(), "not in the page: {unnamed:?}; not told: {untold:?}");
        assert!(told.len() > 60);
    });
}

#[test]
fn the_form_is_what_the_client_wants() {
    on_a_whole_server(async |server| {
        let api = &server.api;
        let json = metrics(api, "").await;
        assert_eq!(json.header("content-type"), "application/json");
        let json = json.expect(200);
        for field in ["pool_size", "connections_checked_in", "connections_checked_out", "total_connections"] {
            assert!(json["database"][field].is_u64(), "{json}");
        }
        assert!(json["timestamp"].is_string() && json["sign_in"]["hashings_waiting_max"].is_u64(), "{json}");

        let prometheus = metrics(api, PROMETHEUS).await;
        assert_eq!(prometheus.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        let open = metrics(api, OPEN_METRICS).await;
        assert_eq!(open.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
        assert!(open.text().ends_with("\n# EOF\n") && !prometheus.text().contains("# EOF"));
        for text in [prometheus.text(), open.text()] {
            let names = samples(&text);
            assert!(names.contains("ofektom_http_request_duration_seconds_bucket"), "{text}");
            let counted =
                "ofektom_http_request_duration_seconds_count{method=\"GET\",route=\"/metrics\",status=\"200\"}";
            assert!(text.contains(counted), "{text}");
        }
    });
}

//! The dashboard of `deploy/grafana`.

use serde_json::Value;

use crate::scrape::{named, on_a_whole_server, samples, settled};

const DASHBOARD: &str = include_str!("../../../../deploy/grafana/dashboards/ofektom.json");

/// What a server has only with a replica that follows.
const RARE: &str = "ofektom_database_replica_lag_seconds";

fn panels() -> Vec<Value> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    dashboard["panels"].as_array().unwrap().clone()
}

#[test]
fn every_panel_asks_something_and_says_what() {
    let panels = panels();
    let shown: Vec<_> = panels.iter().filter(|panel| panel["type"] != "row").collect();
    assert!(shown.len() > 20);
    for panel in shown {
        assert!(panel["description"].as_str().is_some_and(|text| text.ends_with('.')), "{panel}");
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{panel}");
        for target in targets {
            assert!(
                !named(target["expr"].as_str().unwrap()).is_empty() || target["expr"] == "sum(up{job=\"ofektom\"})"
            );
            assert_eq!(target["datasource"]["uid"], "prometheus");
        }
    }
    let mut ids: Vec<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), panels.len(), "ids are given once");
}

#[test]
fn every_metric_of_a_panel_exists() {
    on_a_whole_server(async |server| {
        let text = settled(&server.api).await;
        let told = samples(&text);
        let named = named(DASHBOARD);
        assert!(named.len() > 40, "{named:?}");
        let missing: Vec<_> = named.iter().filter(|name| !told.contains(*name) && **name != RARE).collect();
        assert!(missing.is_empty(), "{missing:?}");
    });
}

//! The alert rules of `deploy/prometheus`.

use crate::prometheus::promtool;
use crate::scrape::{named, on_a_whole_server, samples, settled};

const RULES: &str = include_str!("../../../../deploy/prometheus/alerts.yml");
const RUNBOOK: &str = include_str!("../../../../docs/OPERATIONS.md");
const TESTS: &str = include_str!("../../../../deploy/prometheus/alerts.test.yml");

/// The alerts with all that is said of each.
fn alerts() -> Vec<(&'static str, &'static str)> {
    let of = |part: &'static str| part.split_once('\n').map(|(name, rest)| (name.trim(), rest));
    RULES.split("- alert:").skip(1).filter_map(of).collect()
}

#[test]
fn promtool_accepts_rules_and_configuration_and_their_tests_pass() {
    promtool(&["check", "rules", "alerts.yml"], "");
    promtool(&["check", "config", "prometheus.yml"], "");
    promtool(&["test", "rules", "alerts.test.yml"], "");
}

#[test]
fn every_alert_says_how_grave_it_is_and_where_the_runbook_is() {
    assert!(alerts().len() > 15);
    for (name, rest) in alerts() {
        let grave = ["severity: critical\n", "severity: warning\n"].iter().any(|line| rest.contains(line));
        assert!(grave && rest.contains("summary: \"") && rest.contains("description: \""), "{name}");
        let anchor = format!("runbook_url: docs/OPERATIONS.md#{}\n", kebab(name));
        assert!(rest.contains(&anchor), "{name}: {anchor}");
        let section = format!("### {}", kebab(name).replace('-', " "));
        let told = RUNBOOK.lines().any(|line| line.to_lowercase() == section);
        assert!(told, "the runbook has no section for {name}");
        assert!(TESTS.contains(&format!("alertname=\"{name}\"")), "{name} has no test");
    }
}

/// `RedisDown` as `redis-down`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

#[test]
fn every_metric_of_a_rule_exists() {
    on_a_whole_server(async |server| {
        let text = settled(&server.api).await;
        let told = samples(&text);
        let named = named(RULES);
        assert!(named.len() > 15, "{named:?}");
        let missing: Vec<_> = named.iter().filter(|name| !told.contains(*name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    });
}

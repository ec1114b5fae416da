use std::collections::BTreeSet;

use ofektom_cache::Mode;

use super::*;

#[test]
fn prometheus_gets_what_it_ranks_highest() {
    let version_2 = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                     text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let version_3 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                     text/plain;version=0.0.4;q=0.4,*/*;q=0.2";
    for accept in [version_2, version_3, "application/openmetrics-text"] {
        assert_eq!(Format::wanted_by(accept), Format::Text(TextFormat::OpenMetrics), "{accept}");
    }
    for accept in ["text/plain", "text/plain;version=0.0.4", "text/plain, application/openmetrics-text;q=0.9"] {
        assert_eq!(Format::wanted_by(accept), Format::Text(TextFormat::Prometheus), "{accept}");
    }
    for accept in ["", "*/*", "application/json", "text/html, */*;q=0.8", "application/json, text/plain, */*"] {
        assert_eq!(Format::wanted_by(accept), Format::Json, "{accept}");
    }
}

fn exposition() -> Exposition {
    let caches = ofektom_cache::Caches::off().stats();
    assert_eq!(caches.mode, Mode::Off);
    Exposition {
        requests: RequestsMeasured::default(),
        pool: PoolStatus { statements_total: 7, ..PoolStatus::default() },
        replica: Some(ReplicaStatus { behind_milliseconds: Some(1_500), ..ReplicaStatus::default() }),
        queue: QueueStatus::default(),
        writer: WriterMeasured::default(),
        caches,
        tokens: VerifiedStats::default(),
        feed: None,
        responses: ResponseCacheStatus::default(),
        hashing: HasherStats { hashings_total: 0, refused_total: 0, waiting: 3, waiting_max: 256 },
        lockouts: LockoutStats::default(),
        maturity: MaturityStatus::default(),
        sealing: None,
        books: BooksStatus::default(),
        process: ProcessStatus { version: "1.2.3", commit: "abc", engine: "sqlite", ..ProcessStatus::default() },
    }
}

#[test]
fn both_formats_name_counters_with_their_unit_and_total() {
    let prometheus = exposition().written(TextFormat::Prometheus).unwrap();
    assert!(prometheus.contains("# TYPE ofektom_database_statements_total counter\n"), "{prometheus}");
    let open = exposition().written(TextFormat::OpenMetrics).unwrap();
    assert!(open.contains("# TYPE ofektom_database_statements counter\n"), "{open}");
    assert!(open.contains("# UNIT ofektom_database_replica_lag_seconds seconds\n"), "{open}");
    assert!(open.ends_with("\n# EOF\n"), "{open}");
    for text in [prometheus, open] {
        for line in [
            "ofektom_database_statements_total{database=\"primary\"} 7\n",
            "ofektom_database_replica_lag_seconds 1.5\n",
            "ofektom_hashing_queue_depth 3\n",
            "ofektom_build_info{version=\"1.2.3\",commit=\"abc\",engine=\"sqlite\"} 1\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
    }
}

#[test]
fn every_family_has_help_and_appears_once() {
    let text = exposition().written(TextFormat::Prometheus).unwrap();
    let mut seen = BTreeSet::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        assert!(seen.insert(name.to_owned()), "{name} is there twice");
        let help = format!("# HELP {name} ");
        let said = text.lines().find_map(|line| line.strip_prefix(help.as_str()));
        assert!(said.is_some_and(|said| said.ends_with('.')), "{name}: {said:?}");
    }
    assert!(seen.len() > 30, "{seen:?}");
}

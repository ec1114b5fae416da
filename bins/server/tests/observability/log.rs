//! The log, for machines.

use std::io::Read as _;
use std::time::Instant;

use ofektom_testkit::{Engine, TestDb, run_on};
use reqwest::Client;
use serde_json::Value;
use tokio::task::block_in_place;

use crate::program::Program;
use crate::scrape::{PATIENCE, PROMETHEUS, whole};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The lines of a log, each of them a JSON object.
fn lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn each_line_is_json_and_names_request_and_trace() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let mut server = Program::start(&db.url, &[("LOG_FORMAT", "json")]);
        let client = Client::new();
        let get = || client.get(format!("{}/problems/not_found", server.url));
        let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let given = get().header("x-request-id", "order-7").header("traceparent", parent);
        let id_of = |answer: reqwest::Response| answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id_of(given.send().await.unwrap()), "order-7");
        let fresh = id_of(get().send().await.unwrap());
        let log = server.terminate();

        let lines = lines(&log);
        for line in &lines {
            for field in ["timestamp", "level", "target", "message"] {
                assert!(line[field].is_string(), "{field} is missing: {line}");
            }
        }
        assert!(lines.iter().any(|line| line["message"] == "the server has stopped"), "the last line is written, too");
        let of = |id: &str| {
            let access = |line: &&Value| line["span"]["request.id"] == id && line["target"] == "ofektom_http::access";
            lines.iter().find(access).unwrap_or_else(|| panic!("no line of {id}: {lines:?}"))
        };
        let line = of("order-7");
        assert_eq!(line["span"]["trace.id"], TRACE);
        assert_eq!((&line["span"]["name"], &line["span"]["http.method"]), (&"request".into(), &"GET".into()));
        assert_eq!((&line["span"]["http.route"], &line["http.status"]), (&"/problems/{code}".into(), &200.into()));
        assert!(line["duration_ms"].is_string(), "{line}");
        let trace = of(&fresh)["span"]["trace.id"].as_str().unwrap();
        assert!(trace.len() == 32 && trace != TRACE && trace.bytes().all(|byte| byte.is_ascii_hexdigit()), "{trace}");
    });
}

#[test]
fn a_log_that_nobody_reads_holds_nobody_up_and_what_is_lost_is_counted() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let mut server = Program::start_unheard(&db.url, &[("LOG", "trace"), ("LOG_FORMAT", "json")]);
        let client = Client::new();
        let (started, mut asked) = (Instant::now(), 0);
        loop {
            let request = client.get(format!("{}/metrics", server.url)).header("accept", PROMETHEUS);
            let text = request.send().await.unwrap().text().await.unwrap();
            asked += 1;
            if whole(&text, "ofektom_log_lines_dropped_total").unwrap() > 0 {
                break;
            }
            assert!(started.elapsed() < PATIENCE, "after {asked} requests no line was dropped");
            let many = (0..200).map(|_| client.get(format!("{}/livez", server.url)).send());
            for answer in futures_util::future::join_all(many).await {
                assert_eq!(answer.unwrap().status().as_u16(), 200);
            }
        }
        // What was written before is whole lines.
        let mut log = server.stderr();
        let mut begun = vec![0; 4_096];
        block_in_place(|| log.read_exact(&mut begun)).unwrap();
        let first = begun.split(|byte| *byte == b'\n').next().unwrap();
        assert!(serde_json::from_slice::<Value>(first).unwrap()["message"].is_string());
    });
}

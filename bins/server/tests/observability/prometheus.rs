//! Prometheus's own programs: `promtool` against a live scrape, and a Prometheus that asks a server.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use tokio::task::block_in_place;

use crate::scrape::{OPEN_METRICS, PATIENCE, metrics, on_a_whole_server, settled};

/// Where `prometheus` and `promtool` are.
const FOLDER_VARIABLE: &str = "OFEKTOM_TEST_PROMETHEUS";

fn program(name: &str) -> PathBuf {
    std::env::var(FOLDER_VARIABLE).map_or_else(|_| PathBuf::from(name), |folder| Path::new(&folder).join(name))
}

/// The folder with the shipped files.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/prometheus")
}

/// Runs `promtool` on the shipped files, with something to read; it must find nothing wrong.
pub fn promtool(arguments: &[&str], input: &str) {
    let mut command = Command::new(program("promtool"));
    command.args(arguments).current_dir(shipped()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| {
        panic!(
            "promtool cannot be started ({error}): `cargo xtask test` installs it, and tells of it in {FOLDER_VARIABLE}"
        )
    });
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "promtool {arguments:?}: {out}{err}");
    assert!(arguments[1] != "metrics" || (out.is_empty() && err.is_empty()), "{out}{err}");
}

#[test]
fn promtool_finds_nothing_wrong_with_a_scrape() {
    on_a_whole_server(async |server| {
        let text = settled(&server.api).await;
        block_in_place(|| promtool(&["check", "metrics"], &text));
    });
}

/// A Prometheus with the shipped rules that asks one server each second. It is killed when this is dropped.
struct Prometheus {
    process: Child,
    url: String,
    client: Client,
    folder: tempfile::TempDir,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Prometheus {
    fn start(target: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The shipped configuration, but for the targets and how often they are asked.
        let shipped_config = fs::read_to_string(shipped().join("prometheus.yml")).unwrap();
        let config = shipped_config
            .replace("interval: 15s", "interval: 1s")
            .replace("timeout: 5s", "timeout: 1s")
            .replace("ofektom-1:8001", target)
            .lines()
            .filter(|line| !line.contains("ofektom-2:") && !line.contains("ofektom-3:"))
            .fold(String::new(), |text, line| text + line + "\n");
        assert!(config.contains(target) && config.contains("scrape_interval: 1s"), "{config}");
        fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        fs::copy(shipped().join("alerts.yml"), folder.path().join("alerts.yml")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(program("prometheus"));
        command.arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()));
        command.arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let process = command.spawn().unwrap();
        Self { process, url: format!("http://127.0.0.1:{port}"), client: Client::new(), folder }
    }

    /// What it answers; `None` while it does not.
    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Option<Value> {
        let url = reqwest::Url::parse_with_params(&format!("{}{path}", self.url), query).unwrap();
        let answer = self.client.get(url).send().await.ok()?;
        answer.json().await.ok()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The rules, once each was evaluated without an error.
    async fn rules_evaluated(&self) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let answer = self.ask("/api/v1/rules", &[]).await.unwrap_or_default();
            let groups = answer["data"]["groups"].as_array().cloned().unwrap_or_default();
            let rules: Vec<Value> =
                groups.iter().flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default()).collect();
            if !rules.is_empty() && rules.iter().all(|rule| rule["health"] == "ok") {
                return rules;
            }
            assert!(started.elapsed() < PATIENCE, "{answer}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until an expression has this one value.
    async fn becomes(&self, expression: &str, wanted: impl Fn(f64) -> bool) {
        let started = Instant::now();
        loop {
            let answer = self.ask("/api/v1/query", &[("query", expression)]).await;
            let value =
                answer.as_ref().and_then(|answer| answer.pointer("/data/result/0/value/1")?.as_str()?.parse().ok());
            if value.is_some_and(&wanted) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{expression}: {answer:?}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[test]
fn a_prometheus_reads_a_server_and_no_alert_fires() {
    on_a_whole_server(async |server| {
        settled(&server.api).await;
        let prometheus = Prometheus::start(server.api.url.strip_prefix("http://").unwrap());
        prometheus.becomes("up{job=\"ofektom\"}", |up| up > 0.5).await;
        prometheus.becomes("count(count by (__name__) ({__name__=~\"ofektom_.+\"}))", |names| names > 60.0).await;
        prometheus.becomes("ofektom_books_age_seconds", |age| age < 30.0).await;
        prometheus.becomes("ofektom_ledger_imbalance_kobo == bool 0", |yes| yes > 0.5).await;
        for rule in prometheus.rules_evaluated().await {
            assert_ne!(rule["state"], "firing", "{rule}");
        }
        let targets = prometheus.ask("/api/v1/targets", &[]).await.unwrap();
        let target = &targets["data"]["activeTargets"][0];
        assert_eq!((target["health"].as_str(), target["lastError"].as_str()), (Some("up"), Some("")), "{target}");
        // It asked for OpenMetrics, which has an end.
        assert!(metrics(&server.api, OPEN_METRICS).await.text().ends_with("# EOF\n"));
    });
}

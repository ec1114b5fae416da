//! The tour of the README and the examples of docs/API.md, run as printed.

use std::process::Command;

use ofektom_testkit::{Engine, TestDb, TestServer};
use tokio::runtime::Builder;

use crate::program::{Said, books_verify, ofektom, ran};

const README: &str = include_str!("../../../../README.md");
/// As everybody has it.
const LIMITED: (&str, &str) = ("RATE_LIMITS", "on");
const API: &str = include_str!("../../../../docs/API.md");

/// What a reader pastes: every block of the text.
fn commands(text: &str) -> String {
    let blocks: Vec<_> = text.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect();
    assert!(blocks.len() > 3, "there are several blocks");
    blocks.concat()
}

/// Pastes them. Only where the server listens and where files go differ from what is printed.
fn paste(printed: &str, server: &TestServer) -> Said {
    assert!(printed.contains("http://127.0.0.1:8001/"));
    let folder = tempfile::tempdir().unwrap();
    let files = format!("{}/", folder.path().display());
    let script = printed.replace("http://127.0.0.1:8001", &server.api.url).replace("/tmp/", &files);
    let said = ran(Command::new("bash").args(["-euo", "pipefail", "-c", &script]), "");
    assert_eq!(said.code, 0, "{said:?}");
    said
}

fn run<Run: Future<Output = ()>>(body: impl FnOnce(TestDb) -> Run) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { body(TestDb::migrated(Engine::Sqlite).await).await });
}

#[test]
fn the_examples_work_as_printed() {
    run(|db| async move {
        // Any key that a server may have.
        let key = "the examples of the documents need a key, too";
        let settings = [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", key)];
        let filled = ofektom(&["demo"], &settings, "");
        assert_eq!(filled.code, 0, "{filled:?}");
        let server = TestServer::spawn_with(&db.url, &[("SECRET_KEY", key), LIMITED]).await;
        let shown = paste(&commands(API), &server).stdout;
        assert!(shown.to_lowercase().contains("idempotent-replayed: true"), "{shown}");
        assert!(shown.contains("HTTP/1.1 304") && shown.contains("date,"), "{shown}");
        assert!(shown.contains(r#""total_due":""#) && shown.contains("unit,customer,phone,"), "{shown}");
        assert!(shown.to_lowercase().contains("ratelimit-policy: \"address\";q=12000;w=60, \"user\""), "{shown}");
        // The one that is meant to be refused.
        assert_eq!(shown.matches(r#""type":"/problems/"#).count(), 1, "{shown}");
        assert!(shown.contains(r#""field":"box_amount""#) && shown.contains(r#""field":"start_date""#), "{shown}");
    });
}

#[test]
fn the_tour_works_as_printed() {
    run(|db| async move {
        let server = TestServer::spawn_with(&db.url, &[LIMITED]).await;
        let (_, section) = README.split_once("\n## Five-minute tour\n").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap_or((section, ""));
        let said = paste(&commands(section), &server);
        let shown = &said.stdout;
        assert!(shown.to_lowercase().contains("idempotent-replayed: true"), "{shown}");
        assert!(shown.contains(r#""paid_out":"4700.00""#) || shown.contains(r#""amount":"4700.00""#), "{shown}");
        assert!(shown.contains(r#""status":"paid""#) && shown.contains(r#""balanced":true"#), "{shown}");
        assert!(!shown.contains(r#""code":""#) && !server.log().contains("panicked"), "no problem document: {shown}");
        books_verify(&db.url);
    });
}

//! The tour of the README, run as printed.

use std::process::Command;

use ofektom_testkit::{Engine, TestDb, TestServer};
use tokio::runtime::Builder;

use crate::program::{books_verify, ran};

const README: &str = include_str!("../../../../README.md");

/// What a reader pastes: every block of the section.
fn commands() -> String {
    let (_, section) = README.split_once("\n## Five-minute tour\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap_or((section, ""));
    let blocks: Vec<_> = section.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect();
    assert!(blocks.len() > 3, "the tour has several blocks");
    blocks.concat()
}

/// Only where the server listens and where files go differ from what is printed.
#[test]
fn it_works_as_printed() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = TestDb::migrated(Engine::Sqlite).await;
        let server = TestServer::spawn(&db.url).await;
        let folder = tempfile::tempdir().unwrap();
        let files = format!("{}/", folder.path().display());
        let printed = commands();
        assert!(printed.contains("http://127.0.0.1:8001/") && printed.contains("/tmp/"));
        let script = printed.replace("http://127.0.0.1:8001", &server.api.url).replace("/tmp/", &files);
        let said = ran(Command::new("bash").args(["-euo", "pipefail", "-c", &script]), "");
        assert_eq!(said.code, 0, "{said:?}");
        let shown = &said.stdout;
        assert!(shown.to_lowercase().contains("idempotent-replayed: true"), "{shown}");
        assert!(shown.contains(r#""paid_out":"4700.00""#) || shown.contains(r#""amount":"4700.00""#), "{shown}");
        assert!(shown.contains(r#""status":"paid""#) && shown.contains(r#""balanced":true"#), "{shown}");
        assert!(!shown.contains(r#""code":""#) && !server.log().contains("panicked"), "no problem document: {shown}");
        books_verify(&db.url);
    });
}

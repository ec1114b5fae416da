//! A backup while collectors are at work, taken by a program beside the server.

use futures_util::future::join;
use ofektom_testkit::{TestDb, TestServer, on_both_engines};
use tokio::task::spawn_blocking;

use crate::load::{Load, Sent};
use crate::program::{books_verify, ofektom};

const COLLECTORS: usize = 8;
/// The key that the servers of the tests use.
const SECRET_KEY: &str = "a secret key for tests, long enough";

async fn a_backup_under_load_is_whole(db: TestDb) {
    let server = TestServer::spawn(&db.url).await;
    let load = Load::prepare(&server.api, 6).await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("backup").display().to_string();
    let working = async {
        load.acknowledged_more(60).await;
        let before = load.acknowledged_all();
        let (url, to) = (db.url.clone(), to.clone());
        // On a thread of its own, so that the collectors go on.
        let said = spawn_blocking(move || {
            let here = [("DATABASE_URL", url.as_str()), ("SECRET_KEY", SECRET_KEY)];
            ofektom(&["backup", "--to", &to], &here, "")
        });
        let said = said.await.unwrap();
        assert_eq!(said.code, 0, "{said:?}");
        let during = load.acknowledged_all() - before;
        assert!(during > 0, "nobody could collect while the backup was made");
        load.acknowledged_more(20).await;
        load.stop();
        before
    };
    let (sent, before) = join(load.collect_all(&server.api, "load", COLLECTORS), working).await;
    let (log, all) = (server.log(), sent.len());
    assert!(!log.contains("panicked") && sent.iter().all(|sent| sent.answer.is_some()), "{log}");
    assert_eq!(load.check(&server.api, &sent).await, 0);

    let empty = TestDb::empty(db.engine).await;
    let there = [("DATABASE_URL", empty.url.as_str()), ("SECRET_KEY", SECRET_KEY)];
    let said = ofektom(&["restore", "--from", &to], &there, "");
    assert!(said.code == 0 && said.stdout.ends_with("the audit trail is whole\n"), "{said:?}");
    books_verify(&empty.url);
    let restored = TestServer::spawn(&empty.url).await;
    let sent = forget_what_is_lost(&load, &restored, sent).await;
    let kept = sent.iter().filter(|sent| sent.answer.is_some()).count();
    assert!(
        (before..all).contains(&kept),
        "{before} were acknowledged before it began, {all} in all, {kept} are in it"
    );
    // Everything sent again is carried out once, whether or not the backup has it.
    assert_eq!(load.check(&restored.api, &sent).await, 0, "what the backup has not has no kept answer either");
    books_verify(&empty.url);
}

/// What was sent, without the answers that tell of contributions that a server does not have.
async fn forget_what_is_lost(load: &Load, server: &TestServer, sent: Vec<Sent>) -> Vec<Sent> {
    let mut known = Vec::new();
    for sent in sent {
        let id = sent.answer.as_ref().unwrap().json()["id"].as_str().unwrap().to_owned();
        let found = server.api.get(&load.desk.agent, &format!("/api/v1/contributions/{id}")).await.status == 200;
        known.push(Sent { answer: sent.answer.filter(|_| found), ..sent });
    }
    known
}

on_both_engines!(a_backup_under_load_is_whole);

//! Instances come and go under load: one is killed, all are restarted one after the other, and nobody notices.

use std::collections::BTreeMap;
use std::process::Command;

use ofektom_testkit::TestDb;

use crate::collectors::{AtWork, Done};
use crate::stage::{Fleet, SECRET_KEY, alone, read, until};

/// Contributions before and after each change.
const WORK: usize = 60;

#[test]
fn the_load_is_spread_over_the_instances() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let at_work = AtWork::begin(&fleet).await;
        at_work.more(2 * WORK).await;
        let work = at_work.work.clone();
        let (done, failed) = at_work.end().await;
        assert!(failed.is_empty() && failures(&done).is_empty(), "{failed:?} {:?}", failures(&done));
        assert_eq!(work.reads_repeated(), 0);
        let shares = shares(&fleet);
        let all: usize = shares.values().sum();
        for port in fleet.ports {
            let share = shares.get(&port).copied().unwrap_or_default();
            assert!(share * 5 > all, "less than a fifth is at {port}: {shares:?}");
        }
        work.check(fleet.direct(), &done).await;
        books_verify(&db.url);
    });
}

#[test]
fn an_instance_that_is_killed_loses_and_doubles_nothing() {
    alone(async |db: TestDb| {
        let mut fleet = Fleet::start(&db.url).await;
        let at_work = AtWork::begin(&fleet).await;
        for victim in [1, 0] {
            at_work.more(WORK).await;
            let before = at_work.work.reads_repeated();
            fleet.instances[victim].kill();
            at_work.more(WORK).await;
            assert_eq!(at_work.work.reads_repeated(), before, "no read failed");
            fleet.instances[victim].restart().await;
            // It gets requests again.
            let before = shares(&fleet)[&fleet.ports[victim]];
            until("nginx takes it back", async || shares(&fleet)[&fleet.ports[victim]] > before + 10).await;
        }
        let work = at_work.work.clone();
        let (done, failed) = at_work.end().await;
        assert!(failed.is_empty(), "reads failed: {failed:?}");
        work.check(fleet.direct(), &done).await;
        books_verify(&db.url);
        let errors = fleet.nginx.errors();
        assert!(errors.is_empty(), "nginx writes of requests: {errors}");
    });
}

#[test]
fn a_rolling_restart_fails_no_request() {
    alone(async |db: TestDb| {
        let mut fleet = Fleet::start(&db.url).await;
        let at_work = AtWork::begin(&fleet).await;
        for number in 0..fleet.instances.len() {
            at_work.more(WORK).await;
            let ended = fleet.instances[number].terminate();
            assert_eq!(ended.code(), Some(0), "{}", fleet.instances[number].log());
            fleet.instances[number].restart().await;
            let ready = fleet.instances[number].api.clone();
            until("it is ready", async || read(&ready, "/readyz").await.status == 200).await;
        }
        at_work.more(WORK).await;
        let work = at_work.work.clone();
        let (done, failed) = at_work.end().await;
        assert!(failed.is_empty(), "reads failed: {failed:?}");
        work.check(fleet.direct(), &done).await;
        books_verify(&db.url);
    });
}

/// The requests that the client had to repeat.
fn failures(done: &[Done]) -> Vec<&String> {
    done.iter().flat_map(|done| &done.failures).collect()
}

/// How many requests each instance answered, by port: the last one of those that were tried.
fn shares(fleet: &Fleet) -> BTreeMap<u16, usize> {
    let mut shares = BTreeMap::new();
    for line in fleet.nginx.access_log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let instances = line["instances"].as_str().unwrap();
        let Some(port) = instances.rsplit(':').next().filter(|_| !instances.is_empty()) else { continue };
        if let Ok(port) = port.parse() {
            *shares.entry(port).or_default() += 1;
        }
    }
    shares
}

/// That the program finds the books in order.
pub fn books_verify(database_url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ofektom"));
    command.args(["ledger", "verify"]).env_clear().env("DATABASE_URL", database_url).env("SECRET_KEY", SECRET_KEY);
    let said = command.env("OFEKTOM_DATA", folder.path()).output().unwrap();
    let (told, wrong) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success() && told.ends_with("the books balance\n"), "{told}{wrong}");
}

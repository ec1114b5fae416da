//! A new release gets a tenth of the clients, then half, then all.

use std::cell::Cell;
use std::collections::BTreeSet;

use ofektom_testkit::TestDb;

use crate::stage::{Fleet, alone, read, until};

const CLIENTS: usize = 120;

#[test]
fn a_new_release_gets_the_share_that_is_set() {
    alone(async |db: TestDb| {
        let mut fleet = Fleet::start_with(&db.url, |site| {
            let third = site.instances()[2];
            site.with_canaries(&[third])
        })
        .await;
        assert_eq!(canaries(&fleet).await, BTreeSet::new());
        let mut before = BTreeSet::new();
        for (percent, fewest, most) in [(10, 4, 24), (50, 44, 76), (100, CLIENTS, CLIENTS)] {
            fleet.nginx.canary_percent_set(percent);
            // When nginx has read its files, all new connections are served by them.
            let now = settled(&fleet, fewest).await;
            assert!((fewest..=most).contains(&now.len()), "{percent} %: {} of {CLIENTS}", now.len());
            assert!(before.is_subset(&now), "who has the new release keeps it");
            before = now;
        }
        served_by_their_own(&fleet);
        fleet.nginx.canary_percent_set(0);
        until("the way back is as short", async || canaries(&fleet).await.is_empty()).await;
    });
}

/// The clients that the new release serves, when they are so many, and the same when they ask again: while nginx reads its files, some of
/// its workers know the former share.
async fn settled(fleet: &Fleet, fewest: usize) -> BTreeSet<usize> {
    let found = Cell::new(BTreeSet::new());
    until("the share grows, and each client keeps his release", async || {
        let (first, again) = (canaries(fleet).await, canaries(fleet).await);
        let settled = first.len() >= fewest && first == again;
        found.set(again);
        settled
    })
    .await;
    found.into_inner()
}

/// The clients that the new release serves.
async fn canaries(fleet: &Fleet) -> BTreeSet<usize> {
    let mut canaries = BTreeSet::new();
    for number in 0..CLIENTS {
        let reply = read(&fleet.client(number), "/api/v1/me").await;
        assert_eq!(reply.status, 401);
        match reply.header("x-release") {
            "canary" => assert!(canaries.insert(number)),
            "stable" => {}
            other => panic!("no release is called {other:?}"),
        }
    }
    canaries
}

/// That the instance of the new release, and no other, served its clients.
fn served_by_their_own(fleet: &Fleet) {
    let canary = format!("127.0.0.1:{}", fleet.ports[2]);
    let mut seen = 0;
    for line in fleet.nginx.access_log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        if line["release"] == "canary" {
            assert_eq!(line["instances"], canary, "{line}");
            seen += 1;
        }
    }
    assert!(seen > CLIENTS, "the new release has served");
}

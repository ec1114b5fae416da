//! A server that is told to stop while collectors are at work: it says so, serves on for a while, and loses nothing.

use std::time::{Duration, Instant};

use futures_util::future::join;
use ofektom_testkit::{Api, TestDb, TestServer, on_both_engines};
use reqwest::Method;

use crate::crowd::PATIENCE;
use crate::load::Load;
use crate::program::books_verify;

on_both_engines!(a_server_that_stops_tells_so_and_loses_nothing, a_second_signal_ends_it_at_once);

const COLLECTORS: usize = 8;

async fn a_server_that_stops_tells_so_and_loses_nothing(db: TestDb) {
    let mut server = TestServer::spawn_with(&db.url, &[("OFEKTOM_DRAIN_SECONDS", "5")]).await;
    let load = Load::prepare(&server.api, 6).await;
    let api = server.api.clone();
    let stopping = async {
        load.acknowledged_more(40).await;
        server.terminate_begin();
        not_ready(&api).await;
        let alive = api.send(api.request(Method::GET, "/livez")).await;
        assert_eq!((alive.status, alive.header("connection")), (200, "close"));
        // Whoever comes while balancers do not know yet is served.
        load.acknowledged_more(10).await;
        server.wait()
    };
    let (sent, status) = join(load.collect_all(&api, "until", COLLECTORS), stopping).await;
    load.stopped_without_loss(&mut server, &sent, status).await;
    books_verify(&db.url);
}

async fn a_second_signal_ends_it_at_once(db: TestDb) {
    let mut server = TestServer::spawn_with(&db.url, &[("OFEKTOM_DRAIN_SECONDS", "300")]).await;
    server.terminate_begin();
    not_ready(&server.api).await;
    let started = Instant::now();
    assert_eq!(server.terminate().code(), Some(128 + 15), "{}", server.log());
    assert!(started.elapsed() < PATIENCE);
    server.restart().await;
}

async fn not_ready(api: &Api) {
    let started = Instant::now();
    loop {
        let ready = api.send(api.request(Method::GET, "/readyz")).await;
        if ready.status != 200 {
            assert_eq!(ready.problem(503), "unavailable");
            assert_eq!(ready.json()["detail"], "the server is stopping");
            assert_eq!((ready.header("retry-after"), ready.header("connection")), ("1", "close"));
            return;
        }
        assert!(started.elapsed() < PATIENCE, "the server does not tell that it stops");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

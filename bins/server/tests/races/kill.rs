//! The server ends while collectors are at work: by `kill -9`, and by an ordinary signal.

use std::time::Duration;

use futures_util::future::join;
use ofektom_testkit::{TestDb, TestServer, on_both_engines};

use crate::load::Load;
use crate::program::books_verify;

const KILLS: usize = 3;
const COLLECTORS: usize = 8;

async fn a_killed_server_loses_and_doubles_nothing(db: TestDb) {
    let mut server = TestServer::spawn(&db.url).await;
    let load = Load::prepare(&server.api, 6).await;
    let mut all = Vec::new();
    for life in 0..KILLS {
        let api = server.api.clone();
        let killing = async {
            load.acknowledged_more(40 + chance(60)).await;
            // Anywhere between two acknowledgements.
            tokio::time::sleep(Duration::from_micros(chance(20_000).try_into().unwrap())).await;
            server.kill();
        };
        let (sent, ()) = join(load.collect_all(&api, &format!("life-{life}"), COLLECTORS), killing).await;
        let cut_off = sent.iter().filter(|sent| sent.answer.is_none()).count();
        assert_eq!(cut_off, COLLECTORS, "every collector works until the end");
        all.extend(sent);
        server.restart().await;
        let _ = load.check(&server.api, &all).await;
        assert!(!server.log().contains("panicked"), "{}", server.log());
    }
    books_verify(&db.url);
}

/// Who has a request under way gets his answer; later ones find nobody.
async fn a_server_told_to_stop_answers_what_is_under_way(db: TestDb) {
    let mut server = TestServer::spawn(&db.url).await;
    let load = Load::prepare(&server.api, 6).await;
    let api = server.api.clone();
    let stopping = async {
        load.acknowledged_more(40).await;
        server.terminate()
    };
    let (sent, status) = join(load.collect_all(&api, "until", COLLECTORS), stopping).await;
    load.stopped_without_loss(&mut server, &sent, status).await;
    books_verify(&db.url);
}

/// Any number below a limit.
fn chance(below: usize) -> usize {
    usize::try_from(getrandom::u32().unwrap()).unwrap() % below
}

on_both_engines!(a_killed_server_loses_and_doubles_nothing, a_server_told_to_stop_answers_what_is_under_way);

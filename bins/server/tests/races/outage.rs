//! The database is gone for a while, and comes back.

use std::time::{Duration, Instant};

use futures_util::future::join;
use ofektom_testkit::{Api, Engine, Network, Proxy, Reply, TestApp, TestDb, run_on};
use reqwest::Method;

use crate::crowd::{PATIENCE, crowd};
use crate::desk::{Desk, books_balance, cash, contributions};
use crate::load::Load;

/// A request that finds no database is answered within this: a connection that was idle and a new one are tried for a second each.
const ANSWER_MAX: Duration = Duration::from_secs(4);
/// A request that was under way when the database froze is answered within this: after two seconds of silence, and one
/// for a sign of life, the batch it is in is given up, and one of its jobs tries a new connection for a second, as the batch does that
/// queued behind it.
const UNDER_WAY_MAX: Duration = Duration::from_secs(8);

#[test]
fn a_cut_connection_is_an_outage_not_a_hang() {
    run_on(Engine::Postgres, |db| outage(db, Network::Cut));
}

#[test]
fn a_frozen_connection_is_an_outage_not_a_hang() {
    run_on(Engine::Postgres, |db| outage(db, Network::Frozen));
}

async fn outage(mut db: TestDb, network: Network) {
    let proxy = Proxy::start(&db.url).await;
    db.url = proxy.url_of(&db.url);
    let app = TestApp::spawn(db).await;
    let (api, load) = (&app.api, Load::prepare(&app.api, 4).await);
    let breaking = async {
        load.acknowledged_more(20).await;
        proxy.set(network);
        Instant::now()
    };
    let (sent, broken_at) = join(load.collect_all(api, "before", 6), breaking).await;
    assert!(broken_at.elapsed() < UNDER_WAY_MAX, "{network:?}: {:?}", broken_at.elapsed());
    for reply in sent.iter().filter_map(|sent| sent.answer.as_ref()).filter(|reply| reply.status != 201) {
        unavailable(reply);
    }
    answers_without_database(api, &load.desk).await;

    proxy.set(Network::Up);
    ready(api).await;
    let _ = load.check(api, &sent).await;
    books_balance(&app).await;
}

/// Every kind of request is answered in time, and says when to come back.
async fn answers_without_database(api: &Api, desk: &Desk) {
    let replies = crowd(12, async |n| {
        let started = Instant::now();
        let reply = match n % 4 {
            0 => api.get(&desk.agent, "/api/v1/savings").await,
            1 => {
                api.post_money(&desk.agent, &contributions(&desk.business.id), &format!("gone-{n}"), &cash("1.00"))
                    .await
            }
            2 => {
                let login = serde_json::json!({ "phone": desk.customer.phone, "secret": desk.customer.secret });
                api.post(None, "/api/v1/auth/login", &login).await
            }
            _ => api.send(api.request(Method::GET, "/readyz")).await,
        };
        (reply, started.elapsed())
    });
    for (reply, elapsed) in replies.await {
        unavailable(&reply);
        assert!(elapsed < ANSWER_MAX, "{elapsed:?}");
    }
    let started = Instant::now();
    assert_eq!(api.send(api.request(Method::GET, "/livez")).await.status, 200);
    assert!(started.elapsed() < Duration::from_secs(1));
    let health = api.send(api.request(Method::GET, "/health")).await.expect(200);
    assert_eq!(health["database"], "unhealthy");
}

#[track_caller]
fn unavailable(reply: &Reply) {
    assert_eq!(reply.problem(503), "unavailable");
    let wait: u32 = reply.header("retry-after").parse().unwrap();
    assert!(wait > 0);
}

async fn ready(api: &Api) {
    let started = Instant::now();
    while api.send(api.request(Method::GET, "/readyz")).await.status != 200 {
        assert!(started.elapsed() < PATIENCE, "the database is back, and nobody noticed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

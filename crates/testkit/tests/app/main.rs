//! The servers that the testkit starts.
#![expect(clippy::expect_used, reason = "a test that cannot go on must fail, with the reason")]

use std::sync::Arc;

use jiff::ToSpan as _;
use ofektom_testkit::{Api, TestApp, TestClock, TestDb, TestServer, on_both_engines};

/// From sign-up to a collection; gives the balance of the card.
async fn collect_once(api: &Api) -> String {
    let agent = api.agent().await;
    let business = api.business(&agent).await;
    let collector = api.staff(&agent, &business, "sub_agent").await;
    let customer = api.customer(Some(&business)).await;
    let card = api.daily_card(&agent, (&business, &customer), ("500.00", 1, api.today())).await;
    let receipt = api.collect(&collector, &card, "1000.00").await;
    let balance = api.card(&customer, &card).await.get("balance").cloned().unwrap_or_default();
    assert_eq!(receipt.get("balance_after"), Some(&balance));
    balance.to_string()
}

async fn a_server_in_process(db: TestDb) {
    let app = TestApp::spawn(db).await;
    assert_eq!(collect_once(&app.api).await, "\"500.00\"");
    assert!(app.messages_take().is_empty());
    let report = app.system.app.ledger_verify(&|_, _| ()).await.expect("the books can be read");
    assert_eq!((report.cards, report.differences.len()), (1, 0));
}

async fn a_server_with_a_moved_clock(db: TestDb) {
    let clock = Arc::new(TestClock::at("2025-01-31T10:00:00Z".parse().expect("an instant")));
    let app = TestApp::spawn_at(db, &clock).await;
    let agent = app.api.agent().await;
    assert_eq!(app.api.today().to_string(), "2025-01-31");
    clock.advance(24.hours());
    assert_eq!(app.api.today().to_string(), "2025-02-01");
    // The token of yesterday is too old.
    assert_eq!(app.api.get(&agent, "/api/v1/me").await.status, 401);
    let agent = app.api.login(&agent).await;
    assert_eq!(app.api.get(&agent, "/api/v1/me").await.status, 200);
}

async fn the_program_survives_being_killed(db: TestDb) {
    let mut server = TestServer::spawn(&db.url).await;
    assert_eq!(collect_once(&server.api).await, "\"500.00\"");
    server.kill();
    server.restart().await;
    assert_eq!(collect_once(&server.api).await, "\"500.00\"");
    assert_eq!(server.terminate().code(), Some(0));
}

on_both_engines!(a_server_in_process, a_server_with_a_moved_clock, the_program_survives_being_killed);

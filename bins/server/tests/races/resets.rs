//! Clients that reset their connection in the middle of a request: `SO_LINGER` 0, so the server sees a broken connection,
//! not a closed one.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use ofektom_testkit::{Api, TestDb, TestServer, on_both_engines};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::crowd::{PATIENCE, money};
use crate::desk::{Desk, cash, contributions};
use crate::program::books_verify;

const RESETS: usize = 240;
const AT_ONCE: usize = 16;

/// How much of a request is sent before its connection is reset.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Head,
    HalfBody,
    All,
}

async fn a_client_that_hangs_up_harms_nothing(db: TestDb) {
    let server = TestServer::spawn(&db.url).await;
    let (api, desk) = (&server.api, Desk::open(&server.api).await);
    let cards = desk.cards(api, 20).await;
    let part_of = |n: usize| [Part::Head, Part::HalfBody, Part::All, Part::All, Part::All][n % 5];
    let card_of = |n: usize| &cards[n % cards.len()];
    let resets = stream::iter(0..RESETS).for_each_concurrent(AT_ONCE, async |n| {
        let (head, body) = contribution(&desk, card_of(n), n);
        reset(api, &head, &body, part_of(n), pause(n)).await;
        if n % 4 == 0 {
            let (head, body) = bystander(&desk, card_of(n), n);
            reset(api, &head, &body, part_of(n / 4), pause(n)).await;
        }
    });
    resets.await;
    settled(api).await;

    let mut replayed = 0;
    for card in &cards {
        let list = format!("/api/v1/contributions?savings_id={card}&limit=100");
        let stored = api.get(&desk.agent, &list).await.expect(200)["items"].as_array().unwrap().len();
        let seen = api.card(&desk.agent, card).await;
        assert_eq!((&seen["boxes_paid"], &seen["collected"]), (&json!(stored), &naira(500 * stored)), "{seen}");
    }
    for n in 0..RESETS {
        let reply = money(api, &desk.agent, &contributions(card_of(n)), &key(n), &cash("500.00")).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let done_before = reply.header("idempotent-replayed") == "true";
        assert!(!done_before || part_of(n) == Part::All, "half a request was carried out");
        replayed += usize::from(done_before);
    }
    assert!(replayed > 0, "some requests were whole when their clients hung up, and are carried out");
    assert_eq!(json!(desk.cash(api).await), naira(500 * RESETS));
    let log = server.log();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    books_verify(&db.url);
}

fn key(n: usize) -> String {
    format!("reset-{n}")
}

fn naira(amount: usize) -> Value {
    json!(format!("{amount}.00"))
}

/// 0 to 25 ms, which is before, within and after the commit.
fn pause(n: usize) -> Duration {
    Duration::from_micros((n * 613 % 25_000).try_into().unwrap())
}

fn contribution(desk: &Desk, card: &str, n: usize) -> (String, String) {
    let body = cash("500.00").to_string();
    let head = head("POST", &contributions(card), &desk.agent.token, &body);
    (format!("{head}Idempotency-Key: {}\r\n", key(n)), body)
}

/// What else clients hang up on: a sign-in in the middle of its hashing, a long read.
fn bystander(desk: &Desk, card: &str, n: usize) -> (String, String) {
    if n.is_multiple_of(8) {
        let body = json!({ "phone": desk.agent.phone, "secret": desk.agent.secret }).to_string();
        return (head("POST", "/api/v1/auth/login", "", &body), body);
    }
    (head("GET", &format!("/api/v1/savings/{card}/statement"), &desk.agent.token, ""), String::new())
}

fn head(method: &str, path: &str, token: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: ofektom\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n",
        body.len()
    )
}

async fn reset(api: &Api, head: &str, body: &str, part: Part, pause: Duration) {
    let address = api.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_zero_linger().unwrap();
    let body = match part {
        Part::Head => "",
        Part::HalfBody => &body[..body.len() / 2],
        Part::All => body,
    };
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    tokio::time::sleep(pause).await;
}

/// Waits until no connection is in use and no contribution waits.
async fn settled(api: &Api) {
    let started = Instant::now();
    loop {
        let metrics = api.send(api.request(reqwest::Method::GET, "/metrics")).await.expect(200);
        if metrics["database"]["connections_checked_out"] == 0 && metrics["contributions"]["depth"] == 0 {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "something is never given back: {metrics}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

on_both_engines!(a_client_that_hangs_up_harms_nothing);

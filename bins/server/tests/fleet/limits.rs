//! Who asks too often is asked to wait, and nobody else is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ofektom_testkit::{Api, Reply, TestDb};
use serde_json::json;

use crate::stage::{Fleet, address_of, alone, read};

/// What an address may ask at once, before it is counted by the second: the first one, and the burst.
const API_AT_ONCE: usize = 201;
/// More than enough to be refused, unless a machine answers fewer than 100 a second.
const API_MOST: usize = 20_000;
const ASKING_AT_ONCE: usize = 16;

#[test]
fn signing_in_is_limited_by_address() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let (one, other) = (fleet.client(1), fleet.client(2));
        for _ in 0..5 {
            assert_eq!(sign_in(&one).await.problem(401), "invalid_credentials");
        }
        refused(&sign_in(&one).await, 12);
        assert_eq!(sign_in(&other).await.status, 401, "another address has tries of its own");
        assert_eq!(read(&one, "/api/v1/me").await.status, 401, "only tries of a secret are limited so much");
        assert_eq!(read(&one, "/api/v1/auth/login").await.status, 405, "reading is no try");
        // A client cannot be somebody else by saying so: what counts is what the last proxy says.
        let mut liar = one.clone();
        let said = [("x-forwarded-for".parse().unwrap(), format!("198.18.77.7, {}", address_of(2)).parse().unwrap())];
        liar.client = reqwest::Client::builder().default_headers(said.into_iter().collect()).build().unwrap();
        for _ in 0..4 {
            assert_eq!(sign_in(&liar).await.status, 401);
        }
        refused(&sign_in(&liar).await, 12);
        refused(&sign_in(&other).await, 12);
    });
}

#[test]
fn the_api_is_limited_by_address() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let (asked, refusals) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut asking = Vec::new();
        for _ in 0..ASKING_AT_ONCE {
            let (api, asked, refusals) = (fleet.client(1), Arc::clone(&asked), Arc::clone(&refusals));
            asking.push(tokio::spawn(async move {
                while refusals.load(Ordering::SeqCst) == 0 && asked.fetch_add(1, Ordering::SeqCst) < API_MOST {
                    let reply = read(&api, "/api/v1/me").await;
                    if reply.status == 429 {
                        refused(&reply, 1);
                        refusals.fetch_add(1, Ordering::SeqCst);
                    } else {
                        assert_eq!(reply.status, 401, "{}", reply.text());
                    }
                }
            }));
        }
        for asking in asking {
            asking.await.unwrap();
        }
        assert!(refusals.load(Ordering::SeqCst) > 0, "nobody was refused");
        assert!(asked.load(Ordering::SeqCst) > API_AT_ONCE, "a burst is let through: {asked:?}");
        assert_eq!(read(&fleet.client(2), "/api/v1/me").await.status, 401, "another address is not limited by it");
    });
}

/// A try with a number of its own, so that the application locks none.
async fn sign_in(api: &Api) -> Reply {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    let phone = format!("+23480311{:05}", TRIES.fetch_add(1, Ordering::SeqCst));
    api.post(None, "/api/v1/auth/login", &json!({ "phone": phone, "secret": "a wrong one" })).await
}

#[track_caller]
fn refused(reply: &Reply, seconds: u32) {
    assert_eq!(reply.problem(429), "rate_limited");
    assert_eq!(reply.header("retry-after"), seconds.to_string());
    assert_eq!(reply.header("content-type"), "application/problem+json");
}

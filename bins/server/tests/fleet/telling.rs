//! What nginx writes into its log, and what it never does.

use ofektom_testkit::TestDb;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Fleet, address_of, alone, read, until};

/// Nothing of this may be in the log.
const SECRET: [&str; 5] = ["8035555555", "an-invitation-token", "a-bearer-token", "a-cookie", "market%20day"];

#[test]
fn the_log_finds_requests_and_tells_no_secrets() {
    alone(async |db: TestDb| {
        let fleet = Fleet::start(&db.url).await;
        let api = fleet.client(7);
        let asked = read(&api, "/api/v1/savings?search=%2B2348035555555").await;
        let named = api.request(Method::GET, "/api/v1/me?secret=market%20day").header("X-Request-Id", "mine-1");
        let named = api.send(named.bearer_auth("a-bearer-token").header("Cookie", "session=a-cookie")).await;
        let invited = api.post(None, "/api/v1/invitations/an-invitation-token/accept", &json!({})).await;
        let forged = api.request(Method::GET, "/api/v1/me").header("X-Request-Id", "\"a b");
        let forged = api.send(forged).await;
        assert_eq!(named.header("x-request-id"), "mine-1");
        assert_ne!(forged.header("x-request-id"), "\"a b");

        // nginx writes a line when the answer is on its way.
        let last = forged.header("x-request-id");
        until("the log has it", async || fleet.nginx.access_log().contains(last)).await;
        let log = fleet.nginx.access_log();
        for secret in SECRET {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for (reply, path) in [
            (&asked, "/api/v1/savings"),
            (&named, "/api/v1/me"),
            (&invited, "/api/v1/invitations/-/accept"),
            (&forged, "/api/v1/me"),
        ] {
            let id = reply.header("x-request-id");
            let line = lines.iter().find(|line| line["request_id"] == id).unwrap_or_else(|| panic!("no {id}: {log}"));
            assert_eq!((&line["path"], &line["status"]), (&json!(path), &json!(reply.status)), "{line}");
            assert_eq!(line["address"], address_of(7), "the client's, not the proxy's");
            // The application's log has the same id.
            let told = async || fleet.instances.iter().any(|instance| instance.log().contains(id));
            until("an instance's log has it", told).await;
        }
    });
}

//! What the commands make can be used through the server.

use std::fs;

use ofektom_testkit::{Api, Person, TestDb, TestServer, on_both_engines, run_on};
use serde_json::{Value, json};

use crate::desk::{Desk, cash, contributions};
use crate::program::{books_verify, ofektom};

const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";
const PASSPHRASE: &str = "the keys of the house";

async fn a_super_admin_reads_and_moves_no_money(db: TestDb) {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().display().to_string();
    let settings = [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY), ("OFEKTOM_DATA", folder.as_str())];
    let create = ["admin", "create", "--phone", "08100000001", "--name", "Ada Obi"];
    let said = ofektom(&create, &settings, &format!("{PASSPHRASE}\n"));
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!format!("{said:?}").contains(PASSPHRASE), "{said:?}");

    let server = TestServer::spawn_with(&db.url, &[("SECRET_KEY", SECRET_KEY)]).await;
    let (api, desk) = (&server.api, Desk::open(&server.api).await);
    let admin = sign_in(api, "+2348100000001", PASSPHRASE).await;
    let card = desk.card(api).await;
    let contribution = api.collect(&desk.agent, &card, "500.00").await;
    for path in ["savings", "contributions"] {
        let list = api.get(&admin, &format!("/api/v1/{path}?business_id={}", desk.business.id)).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    }
    assert_eq!(api.card(&admin, &card).await["collected"], "500.00");
    for (path, body) in [
        (contributions(&card), cash("500.00")),
        (
            format!("/api/v1/contributions/{}/reversal", contribution["id"].as_str().unwrap()),
            json!({ "reason": "why not" }),
        ),
        (format!("/api/v1/savings/{card}/payment-requests"), json!({ "destination": "cash", "reason": "why not" })),
    ] {
        assert_eq!(api.post_money(&admin, &path, &path, &body).await.problem(403), "forbidden", "{path}");
    }
    assert_eq!(desk.cash(api).await, "500.00");
}

on_both_engines!(a_super_admin_reads_and_moves_no_money);

/// With nothing configured but the folder, as a newcomer has it.
#[test]
fn who_the_demo_names_can_sign_in() {
    run_on(ofektom_testkit::Engine::Sqlite, async |_| {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().display().to_string();
        let said = ofektom(&["demo"], &[("OFEKTOM_DATA", folder.as_str())], "");
        assert_eq!(said.code, 0, "{said:?}");
        let url = format!("sqlite:{folder}/ofektom.db");
        books_verify(&url);

        let key = fs::read_to_string(data.path().join("secret_key")).unwrap();
        let server = TestServer::spawn_with(&url, &[("SECRET_KEY", key.trim())]).await;
        let after = |mark: &str| said.stdout.split_once(mark).unwrap().1;
        let passphrase = after("passphrase \"").split_once('"').unwrap().0;
        let owner = after("  owner").lines().next().unwrap().split_whitespace().next_back().unwrap();
        let owner = sign_in(&server.api, owner, passphrase).await;
        let cards = server.api.get(&owner, "/api/v1/savings?limit=100").await.expect(200);
        assert!(cards["items"].as_array().unwrap().len() > 50, "{cards}");

        let pin = after("or with the PIN ").split_once(':').unwrap().0;
        let customer = after("  customers").split_whitespace().next().unwrap();
        let customer = sign_in(&server.api, customer, pin).await;
        assert_eq!(server.api.get(&customer, "/api/v1/me").await.status, 200);
    });
}

async fn sign_in(api: &Api, phone: &str, secret: &str) -> Person {
    let tokens = api.post(None, "/api/v1/auth/login", &json!({ "phone": phone, "secret": secret })).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Person {
        id: text(&tokens["user"]["id"]),
        phone: phone.to_owned(),
        secret: secret.to_owned(),
        token: text(&tokens["access_token"]),
        refresh_token: text(&tokens["refresh_token"]),
    }
}

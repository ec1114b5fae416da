//! A streaming replica of PostgreSQL, made by `pg_basebackup`, serves lists while it runs, and nobody misses what he wrote.

use ofektom_testkit::{Api, Person, PostgresServer, TestDb, TestServer};
use serde_json::Value;
use tokio_postgres::NoTls;

use crate::stage::{SECRET_KEY, alone, read, until};

#[test]
fn lists_come_from_the_replica_while_it_runs() {
    alone(async |_db: TestDb| {
        let primary = PostgresServer::start().await;
        let mut replica = primary.replica().await;
        // So far behind that it still serves while it is held.
        let url = replica.url();
        let settings =
            [("SECRET_KEY", SECRET_KEY), ("DATABASE_REPLICA_URL", &url), ("DATABASE_REPLICA_LAG_SECONDS", "300")];
        let server = TestServer::spawn_with(&primary.url(), &settings).await;
        let api = &server.api;
        let agent = api.agent().await;
        let business = api.business(&agent).await;
        let customer = api.customer(Some(&business)).await;
        let staff = api.staff(&agent, &business, "admin").await;
        let first = api.daily_card(&agent, (&business, &customer), ("20.00", 12, api.today())).await;
        for person in [&agent, &staff] {
            served(api, person, &first).await;
        }

        // Held where it is: what is written now only the primary server has.
        execute(&url, "SELECT pg_wal_replay_pause()").await;
        let second = api.daily_card(&agent, (&business, &customer), ("50.00", 12, api.today())).await;
        let before = lists(api).await;
        assert!(cards(api, &agent).await.contains(&second), "whoever wrote it sees it");
        assert_eq!(lists(api).await, before, "his list came from the primary server");
        assert!(!cards(api, &staff).await.contains(&second), "the list of another is from the replica");
        assert_eq!(lists(api).await, before + 1);
        assert_eq!(api.card(&staff, &second).await["id"], second.as_str(), "a single card is not");
        execute(&url, "SELECT pg_wal_replay_resume()").await;
        for person in [&agent, &staff] {
            served(api, person, &second).await;
        }

        replica.stop();
        let third = api.daily_card(&agent, (&business, &customer), ("70.00", 12, api.today())).await;
        for person in [&agent, &staff] {
            assert!(cards(api, person).await.contains(&third), "the primary server answers at once");
        }
        until("it is seen", async || state(api).await["is_serving"] == false).await;
        assert_eq!(read(api, "/readyz").await.status, 200);
        assert!(cards(api, &staff).await.contains(&third));

        replica.run().await;
        until("it is used again", async || state(api).await["is_serving"] == true).await;
        for person in [&agent, &staff] {
            served(api, person, &third).await;
        }
    });
}

/// Waits until the replica serves a person's list with a card in it.
async fn served(api: &Api, person: &Person, card: &str) {
    until("the replica serves the list", async || {
        let before = lists(api).await;
        let cards = cards(api, person).await;
        cards.iter().any(|id| id == card) && lists(api).await > before
    })
    .await;
}

/// The ids in a person's list of cards.
async fn cards(api: &Api, person: &Person) -> Vec<String> {
    let list = api.get(person, "/api/v1/savings").await.expect(200);
    let items = list["items"].as_array().unwrap_or_else(|| panic!("{list}"));
    items.iter().map(|card| card["id"].as_str().unwrap().to_owned()).collect()
}

/// How many lists the replica has served.
async fn lists(api: &Api) -> u64 {
    state(api).await["lists_total"].as_u64().unwrap()
}

async fn state(api: &Api) -> Value {
    read(api, "/metrics").await.expect(200)["database_replica"].clone()
}

async fn execute(url: &str, statement: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}

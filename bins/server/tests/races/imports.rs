//! The server is killed while it imports: all of the file is there afterwards, or nothing of it, and in the end all.

use std::fmt::Write as _;
use std::time::Duration;

use ofektom_testkit::{Person, TestDb, TestServer, on_both_engines};
use reqwest::Method;
use serde_json::Value;

use crate::program::books_verify;

const ROWS: u32 = 1_500;
/// More than the lease of a server that is gone, and a busy machine's import.
const PATIENCE: Duration = Duration::from_secs(120);

async fn a_killed_import_is_all_or_nothing_and_comes_to_its_end(db: TestDb) {
    let mut server = TestServer::spawn(&db.url).await;
    let agent = server.api.agent().await;
    let business = server.api.business(&agent).await;
    let today = server.api.today();
    let mut file = "phone,full_name,kind,box_amount,months,start_date\n".to_owned();
    for row in 0..ROWS {
        writeln!(file, "0802{row:07},Customer {row},daily,500.00,3,{today}").unwrap();
    }
    let path = format!("/api/v1/businesses/{}/imports", business.id);
    let request = server.api.request(Method::POST, &path).bearer_auth(&agent.token).header("Idempotency-Key", "once");
    let created = server.api.send(request.header("Content-Type", "text/csv").body(file)).await;
    let _ = created.expect(201);
    let import = created.header("location").to_owned();
    // Killed as soon as it is seen to be under way.
    let begun = until(&server, &agent, &import, |import| import["status"] != "queued").await;
    server.kill();
    server.restart().await;
    let members = format!("/api/v1/businesses/{}/members?role=customer&limit=1", business.id);
    let now = server.api.get(&agent, &import).await.expect(200);
    let some = !server.api.get(&agent, &members).await.expect(200)["items"].as_array().unwrap().is_empty();
    assert_eq!(some, now["status"] == "completed", "all or nothing: {begun} then {now}");
    let done = until(&server, &agent, &import, |import| import["finished_at"].is_string()).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!((&done["customers_registered"], &done["cards_opened"]), (&ROWS.into(), &ROWS.into()), "{done}");
    assert!(!server.log().contains("panicked"), "{}", server.log());
    books_verify(&db.url);
}

/// The import, once it is as it is waited for.
async fn until(server: &TestServer, agent: &Person, import: &str, reached: impl Fn(&Value) -> bool) -> Value {
    let asking = async {
        loop {
            let told = server.api.get(agent, import).await.expect(200);
            if reached(&told) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("the import does not get on"))
}

on_both_engines!(a_killed_import_is_all_or_nothing_and_comes_to_its_end);

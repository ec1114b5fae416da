//! Customers and cards from an agent's spreadsheet.

use std::fmt::Write as _;

use ofektom_domain::ports::Message;
use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::database::Database;
use crate::stage::Stage;

on_both_engines!(
    a_file_becomes_customers_and_cards,
    the_same_file_again_makes_nothing,
    a_dry_run_changes_nothing,
    bad_rows_are_named_and_nothing_is_kept,
    who_and_what_is_there_decides,
    two_thousand_rows_at_once,
    two_imports_of_one_file_at_once,
    an_import_that_was_begun_elsewhere_is_begun_again,
    a_file_has_a_bound,
);

const HEADER: &str = "phone,full_name,unit,kind,box_amount,months,target_amount,start_date,end_date,\
                      commission_amount,commission_days,reference\n";

async fn send(stage: &Stage, person: &Person, business: &Business, (query, key): (&str, &str), file: &str) -> Reply {
    let path = format!("/api/v1/businesses/{}/imports{query}", business.id);
    let request = stage.api().request(Method::POST, &path).bearer_auth(&person.token);
    let request = request.header("Idempotency-Key", key);
    stage.api().send(request.header("Content-Type", "text/csv; charset=utf-8").body(file.to_owned())).await
}

/// Imports a file, carries it out, and gives the import as it is then.
async fn import(stage: &Stage, person: &Person, business: &Business, (key, file): (&str, &str)) -> Value {
    let created = send(stage, person, business, ("", key), file).await;
    assert_eq!(created.expect(201)["status"], "queued");
    while stage.app.system.app.import_run_next().await.unwrap() {}
    stage.api().get(person, created.header("location")).await.expect(200)
}

fn counts(import: &Value) -> [u64; 4] {
    ["rows_total", "customers_registered", "cards_opened", "already_there"].map(|field| import[field].as_u64().unwrap())
}

async fn a_file_becomes_customers_and_cards(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let path = format!("/api/v1/businesses/{}/units", business.id);
    let _ = stage.api().post(Some(&agent), &path, &json!({ "name": "Balogun" })).await.expect(201);
    let _ = stage.app.messages_take();
    let file = format!(
        "{HEADER}08070000001,Ọlá Ẹniọlá,balogun,daily,\"₦1,000.00\",3,,01/03/2025,,,,Card 1\n\
         08070000001,Ọlá Ẹniọlá,Balogun,target,,,100000,2025-03-01,2025-06-30,0,10,Card 2\n\
         08070000002,Ngozi Eze,,,,,,,,,,\n\
         {},somebody else,,daily,200,1,,2025-03-01,,,,\n",
        customer.phone
    );
    let done = import(&stage, &agent, &business, ("k1", &file)).await;
    assert_eq!((done["status"].as_str(), counts(&done)), (Some("completed"), [4, 2, 3, 0]), "{done}");
    assert_eq!((&done["rows_done"], &done["errors"]), (&json!(4), &json!([])));
    assert!(done["finished_at"].is_string());

    let cards = stage.api().get(&agent, &format!("/api/v1/savings?business_id={}", business.id)).await.expect(200);
    let mut told: Vec<String> = Vec::new();
    for card in cards["items"].as_array().unwrap() {
        let fields = ["kind", "boxes_total", "start_date", "status"].map(|field| card[field].to_string());
        told.push(fields.join(" "));
    }
    told.sort_unstable();
    let expected = [
        "\"daily\" 31 \"2025-03-01\" \"active\"",
        "\"daily\" 92 \"2025-03-01\" \"active\"",
        "\"target\" 122 \"2025-03-01\" \"active\"",
    ];
    assert_eq!(told, expected);

    // Each who has no account yet can activate himself, with his own token.
    let messages = stage.app.messages_take();
    assert_eq!(messages.len(), 2, "a message for each new person");
    for message in messages {
        let Message::Activation { token, .. } = message else { panic!("another message") };
        let body = json!({ "token": token, "secret": "274951" });
        assert!(stage.api().post(None, "/api/v1/auth/activate", &body).await.status < 300);
    }
    // What was waiting for the import is not kept.
    let database = Database::open(stage.app.db()).await;
    let kept = database.texts("SELECT CAST(waiting AS text) AS value FROM imports").await;
    assert_eq!(kept, [""], "names and phone numbers are not kept");
}

async fn the_same_file_again_makes_nothing(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let file = format!("{HEADER}08070000001,Ada,,daily,500,1,,2025-03-01,,,,\n08070000002,Obi,,,,,,,,,,\n");
    let _ = import(&stage, &agent, &business, ("k1", &file)).await;
    let again = import(&stage, &agent, &business, ("k2", &file)).await;
    assert_eq!((again["status"].as_str(), counts(&again)), (Some("completed"), [2, 0, 0, 2]), "{again}");
    // The same key is the same import, whatever became of it.
    let replayed = send(&stage, &agent, &business, ("", "k1"), &file).await;
    assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (201, "true"));
    // Another card of the same person needs only a reference of its own.
    let more = file.replace(",,,,\n08070000002", ",,,,second\n08070000002");
    let more = import(&stage, &agent, &business, ("k3", &more)).await;
    assert_eq!(counts(&more), [2, 0, 1, 1], "{more}");
    // A reference names one card for good.
    let other = format!("{HEADER}08070000001,Ada,,daily,900,1,,2025-03-01,,,,second\n");
    let refused = send(&stage, &agent, &business, ("", "k4"), &other).await.expect(422);
    assert_eq!(
        (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
        (&json!("lines[2].reference"), &json!("taken"))
    );
    let list = format!("/api/v1/businesses/{}/imports", business.id);
    assert_eq!(stage.api().get(&agent, &list).await.expect(200)["items"].as_array().unwrap().len(), 3);
}

async fn a_dry_run_changes_nothing(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let database = Database::open(stage.app.db()).await;
    let before = database.everything().await;
    let good = format!("{HEADER}08070000001,Ada,,daily,500,1,,2025-03-01,,,,\n{},x,,,,,,,,,,\n", customer.phone);
    let told = send(&stage, &agent, &business, ("?dry_run=true", "dry"), &good).await.expect(200);
    assert_eq!((&told["dry_run"], &told["acceptable"], counts(&told)), (&json!(true), &json!(true), [2, 1, 1, 1]));
    let bad = format!("{good}0807000000x,Obi,nowhere,daily,-1,1,,2025-03-01,,,,\n08070000003,Obi,nowhere,,,,,,,,,\n");
    let told = send(&stage, &agent, &business, ("?dry_run=true", "dry"), &bad).await.expect(200);
    let named: Vec<_> =
        told["errors"].as_array().unwrap().iter().map(|error| (&error["line"], &error["field"])).collect();
    let expected = json!([[4, "phone"], [4, "box_amount"], [5, "unit"]]);
    assert_eq!(json!(named), expected, "{told}");
    assert_eq!((&told["acceptable"], counts(&told)), (&json!(false), [4, 0, 0, 0]));
    assert_eq!(send(&stage, &agent, &business, ("?dry_run=yes", "dry"), &good).await.problem(422), "validation_failed");
    assert_eq!(database.everything().await, before);
    assert!(!stage.app.system.app.import_run_next().await.unwrap());
}

async fn bad_rows_are_named_and_nothing_is_kept(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let database = Database::open(stage.app.db()).await;
    let before = database.everything().await;
    let refused = async |rows: &str| {
        let answer = send(&stage, &agent, &business, ("", "key"), &format!("{HEADER}{rows}")).await;
        assert_eq!(answer.problem(422), "validation_failed", "{rows}");
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| format!("{} {}", error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let good = "08070000001,Ada,,daily,500,1,,2025-03-01,,,,\n";
    assert_eq!(refused(&format!("{good}080700,Obi,,,,,,,,,,\n")).await, ["lines[3].phone format"]);
    assert_eq!(refused(&format!("{good}{good}")).await, ["lines[3].reference duplicate"]);
    assert_eq!(refused("08070000001,Ada,,daily,500,200,,2025-03-01,,,,\n").await, ["lines[2].months out_of_range"]);
    assert_eq!(refused("08070000001,Ada,,daily,500,1,,1999-03-01,,,,\n").await, ["lines[2].start_date out_of_range"]);
    assert_eq!(
        refused("08070000001,Ada,,daily,500,1,,2025-03-01,,99999999,,\n").await,
        ["lines[2].commission_amount out_of_range"]
    );
    assert_eq!(
        refused("08070000001,Ada,,daily,500,1,,2025-03-01,,,400,\n").await,
        ["lines[2].commission_days out_of_range"]
    );
    assert_eq!(
        refused("08070000001,Ada,,target,,,500,2025-03-01,2025-02-01,,,\n").await,
        ["lines[2].end_date out_of_range"]
    );
    assert_eq!(refused("08070000001,Ada,Nowhere,,,,,,,,,\n").await, ["lines[2].unit unknown"]);
    assert_eq!(refused("").await, ["file empty"]);
    let none = send(&stage, &agent, &business, ("", "key"), "").await;
    assert_eq!(none.problem(422), "validation_failed");
    let json =
        stage.api().post_money(&agent, &format!("/api/v1/businesses/{}/imports", business.id), "key", &json!({})).await;
    assert_eq!(json.problem(415), "unsupported_media_type");
    assert_eq!(database.everything().await, before);
}

async fn who_and_what_is_there_decides(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, customer) = stage.business().await;
    let (other_agent, other_business, stranger) = stage.business().await;
    let error = async |row: &str| {
        let answer = send(&stage, &agent, &business, ("", "key"), &format!("{HEADER}{row}")).await.expect(422);
        format!("{} {}", answer["errors"][0]["field"].as_str().unwrap(), answer["errors"][0]["code"].as_str().unwrap())
    };
    // Who has an account joins by himself; who was suspended stays so; nobody agrees on his own commission.
    assert_eq!(error(&format!("{},X,,,,,,,,,,\n", stranger.phone)).await, "lines[2].phone person_exists");
    let own = format!("{},X,,daily,500,1,,2025-03-01,,100,,\n", agent.phone);
    assert_eq!(error(&own).await, "lines[2].commission_amount not_allowed");
    let member = format!("/api/v1/businesses/{}/members/{}", business.id, customer.id);
    let suspend = stage.api().request(Method::PATCH, &member).bearer_auth(&agent.token);
    let _ = stage.api().send(suspend.json(&json!({ "status": "suspended" }))).await.expect(200);
    assert_eq!(error(&format!("{},X,,,,,,,,,,\n", customer.phone)).await, "lines[2].phone not_active");

    // Who was registered elsewhere and waits for his activation becomes a customer here, too.
    let body = json!({ "phone": "08070000009", "full_name": "Waiting Person" });
    let path = format!("/api/v1/businesses/{}/customers", other_business.id);
    let _ = stage.api().post(Some(&other_agent), &path, &body).await.expect(201);
    let _ = stage.app.messages_take();
    let done = import(&stage, &agent, &business, ("k", &format!("{HEADER}08070000009,X,,,,,,,,,,\n"))).await;
    assert_eq!(counts(&done), [1, 1, 0, 0], "{done}");
    let Some(Message::Activation { token, .. }) = stage.app.messages_take().pop() else { panic!("no message") };
    let body = json!({ "token": token, "secret": "274951" });
    assert!(stage.api().post(None, "/api/v1/auth/activate", &body).await.status < 300);
}

fn many(rows: u32) -> String {
    let mut file = HEADER.to_owned();
    for row in 0..rows {
        writeln!(file, "0802{row:07},Customer {row},,daily,{}.00,3,,2025-03-01,,,,", 100 + row % 50).unwrap();
    }
    file
}

async fn two_thousand_rows_at_once(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let done = import(&stage, &agent, &business, ("k", &many(2_000))).await;
    assert_eq!((done["status"].as_str(), counts(&done)), (Some("completed"), [2_000, 2_000, 2_000, 0]), "{done}");
    assert_eq!(stage.app.messages_take().len(), 2_000);
    let database = Database::open(stage.app.db()).await;
    let trail = database.texts("SELECT verb AS value FROM audit_rows").await;
    let left = ["customer.register", "savings.open", "import.create", "import.complete"];
    let counted = left.map(|verb| trail.iter().filter(|row| *row == verb).count());
    assert_eq!(counted, [2_000, 2_000, 1, 1]);
}

async fn two_imports_of_one_file_at_once(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let file = many(300);
    for key in ["k1", "k2"] {
        let _ = send(&stage, &agent, &business, ("", key), &file).await.expect(201);
    }
    let app = &stage.app.system.app;
    let (one, two) = tokio::join!(app.import_run_next(), app.import_run_next());
    assert!(one.unwrap() && two.unwrap());
    while app.import_run_next().await.unwrap() {}
    let list = stage.api().get(&agent, &format!("/api/v1/businesses/{}/imports", business.id)).await.expect(200);
    let mut told: Vec<_> = list["items"].as_array().unwrap().iter().map(counts).collect();
    told.sort_unstable();
    assert_eq!(told, [[300, 0, 0, 300], [300, 300, 300, 0]], "{list}");
}

/// A server took it and is gone: after its lease another one begins, and the first one, should it wake up, has no say.
async fn an_import_that_was_begun_elsewhere_is_begun_again(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let created = send(&stage, &agent, &business, ("", "k"), &many(10)).await;
    let database = Database::open(stage.app.db()).await;
    let taken = match &database {
        Database::Postgres(_) => {
            "UPDATE imports SET runner = id, status = 'running', attempts = 1, leased_until = to_timestamp(1740820000)"
        }
        Database::Sqlite(_) => {
            "UPDATE imports SET runner = id, status = 'running', attempts = 1, leased_until = 1740820000000000"
        }
    };
    let _ = database.texts(&format!("{taken} RETURNING 'taken' AS value")).await;
    // 1740820000 is 2025-03-01T09:06:40Z: the lease still runs.
    assert!(!stage.app.system.app.import_run_next().await.unwrap());
    stage.clock.advance(jiff::ToSpan::minutes(10));
    assert!(stage.app.system.app.import_run_next().await.unwrap());
    let done = stage.api().get(&agent, created.header("location")).await.expect(200);
    assert_eq!((done["status"].as_str(), counts(&done)), (Some("completed"), [10, 10, 10, 0]), "{done}");
}

async fn a_file_has_a_bound(db: TestDb) {
    let stage = Stage::new(db).await;
    let (agent, business, _) = stage.business().await;
    let long = send(&stage, &agent, &business, ("?dry_run=true", "dry"), &many(5_001)).await.expect(422);
    assert_eq!(
        (&long["errors"][0]["field"], &long["errors"][0]["code"]),
        (&json!("file"), &json!("too_many")),
        "{long}"
    );
    let large = "x".repeat(2 * 1024 * 1024 + 1);
    assert_eq!(send(&stage, &agent, &business, ("", "k"), &large).await.problem(413), "body_too_large");
    let sub = stage.api().staff(&agent, &business, "sub_agent").await;
    assert_eq!(send(&stage, &sub, &business, ("", "k"), &many(1)).await.problem(403), "forbidden");
    let (stranger, _, _) = stage.business().await;
    assert_eq!(send(&stage, &stranger, &business, ("", "k"), &many(1)).await.problem(404), "not_found");
    let template = stage.api().get(&agent, &format!("/api/v1/businesses/{}/imports/template", business.id)).await;
    assert_eq!((template.status, template.text().trim_end()), (200, HEADER.trim_end()));
}

//! `ofektom demo --scale`.

use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, sql_query};
use ofektom_testkit::{Engine, TestDb};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{SECRET_KEY, output, program};

const MARKINGS: i64 = 3_000;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// How many rows there are of a table, or of a table under a condition.
async fn count(db: &TestDb, of: &str) -> i64 {
    let sql = format!("SELECT count(*) AS count FROM {of}");
    match db.engine {
        Engine::Postgres => {
            let connected = tokio_postgres::connect(&db.url, NoTls).await;
            let (client, connection) = connected.expect("the database is there");
            tokio::spawn(connection);
            client.query_one(&sql, &[]).await.expect("the query is good").get(0)
        }
        Engine::Sqlite => {
            let connected = SqliteConnection::establish(db.url.trim_start_matches("sqlite:"));
            let mut connection = connected.expect("the database is there");
            sql_query(sql).get_result::<Count>(&mut connection).expect("the query is good").count
        }
    }
}

fn run(folder: &TempDir, db: &TestDb, arguments: &[&str]) -> (i32, String, String) {
    output(program(folder, arguments).envs([("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY)]))
}

/// The number before a word of the line that counts.
fn told(stdout: &str, what: &str) -> i64 {
    let words: Vec<&str> = stdout.split([' ', '\n']).collect();
    let number = |pair: &[&str]| match pair {
        [number, word] if word.trim_end_matches(',') == what => number.parse().ok(),
        _ => None,
    };
    words.windows(2).find_map(number).expect("it tells")
}

fn verified(folder: &TempDir, db: &TestDb) {
    let (status, stdout, stderr) = run(folder, db, &["ledger", "verify"]);
    assert!(status == 0 && stdout.ends_with("the books balance\n"), "{stdout}{stderr}");
    let (status, stdout, stderr) = run(folder, db, &["audit", "verify"]);
    assert!(status == 0 && stdout.ends_with("the audit trail is whole\n"), "{stdout}{stderr}");
    assert!(!stdout.contains("wait to be sealed"), "all of it is sealed: {stdout}");
}

pub async fn a_large_set_is_what_it_says_and_balances(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (status, stdout, stderr) = run(&folder, &db, &["demo", "--scale", "3k"]);
    assert_eq!(status, 0, "{stderr}");
    for line in ["opening cards…", "collecting…", "collecting: 3000 of 3000", "sealing the audit trail…"] {
        assert!(stderr.lines().any(|said| said == line), "{line}: {stderr}");
    }
    let of = |what: &str| told(&stdout, what);
    assert_eq!((of("businesses"), of("markings")), (10, MARKINGS), "{stdout}");
    assert_eq!(count(&db, "businesses").await, 10);
    assert_eq!(count(&db, "markings").await, MARKINGS);
    assert_eq!(count(&db, "savings_accounts").await, of("cards"));
    assert_eq!(count(&db, "contributions").await, of("contributions"));
    assert_eq!(count(&db, "audit_seals").await, of("audit"));
    assert_eq!(count(&db, "audit_rows WHERE verb = 'contribution.post'").await, of("contributions"));
    // Few pay each day: a contribution pays some boxes.
    let boxes = MARKINGS / of("contributions");
    assert!((2..=6).contains(&boxes), "{boxes} boxes a contribution");
    // Nothing is recorded twice or before its day: each card's boxes are paid in the order of its contributions.
    let later =
        "markings a JOIN markings b ON b.business_id = a.business_id AND b.savings_account_id = a.savings_account_id
         WHERE a.created_at < b.created_at AND a.box_date > b.box_date";
    assert_eq!(count(&db, later).await, 0);
    verified(&folder, &db);
    let (status, _, stderr) = run(&folder, &db, &["demo", "--scale", "3k"]);
    assert!(status == 1 && stderr.contains("has scaled data already"), "{stderr}");
}

pub async fn a_large_set_is_added_to_what_is_there(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (status, _, stderr) = run(&folder, &db, &["demo"]);
    assert_eq!(status, 0, "{stderr}");
    let before = count(&db, "markings").await;
    let (status, _, stderr) = run(&folder, &db, &["demo", "--scale", "500"]);
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(count(&db, "markings").await, before + 500);
    verified(&folder, &db);
}

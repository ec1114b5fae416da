//! Backups, restores and copies, on both engines and from one to the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ofektom_domain::people::TokenHash;
use ofektom_persistence::{
    Backup, Db, DbConfig, Installation, KeyFingerprints, KeyMatch, TransferError, backup_make, database_copy,
    database_empty_check,
};
use ofektom_testkit::{Engine, TestDb, on_both_engines};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::fixture::{World, start};
use crate::plans::dialect::Dialect;
use crate::plans::seed;
use crate::raw::Raw;

on_both_engines!(
    all_that_the_system_keeps_arrives,
    a_backup_goes_into_either_engine,
    a_backup_has_one_moment,
    what_is_damaged_is_refused,
    a_database_with_rows_is_not_filled,
    a_backup_of_an_older_schema_is_brought_up_to_date,
    a_copy_of_what_changed_meanwhile_is_refused,
    what_the_target_refuses_leaves_it_empty,
    a_database_of_a_later_release_is_left_alone,
    what_migrations_put_there_is_taken_from_the_source,
);

const fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Postgres => Engine::Sqlite,
        Engine::Sqlite => Engine::Postgres,
    }
}

async fn open(test: &TestDb) -> Db {
    Db::connect(DbConfig::new(&test.url)).await.unwrap()
}

async fn backup(db: &Db, path: &Path) -> Backup {
    backup_make(db, path, start(), &|_, _| {}).await.unwrap()
}

/// What a backup says of its tables: the number of rows and the checksum.
fn tallies(path: &Path) -> BTreeMap<String, (u64, String)> {
    let manifest: Value = serde_json::from_slice(&fs::read(path.join("manifest.json")).unwrap()).unwrap();
    let tally = |table: &Value| {
        let text = |field: &str| table[field].as_str().unwrap().to_owned();
        (text("name"), (table["rows"].as_u64().unwrap(), text("sha256")))
    };
    manifest["tables"].as_array().unwrap().iter().map(tally).collect()
}

/// The schema, by which one sees that indexes and triggers are as before.
async fn schema(test: &TestDb) -> Vec<String> {
    let raw = Raw::open(test).await;
    let sql = match test.engine {
        Engine::Postgres => {
            "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        }
        Engine::Sqlite => {
            "SELECT sql AS text FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY 1"
        }
    };
    raw.texts(sql).await
}

/// A database of the size of a busy year, there and back again.
async fn all_that_the_system_keeps_arrives(test: TestDb) {
    let raw = Raw::open(&test).await;
    seed::fill(&raw, Dialect(test.engine)).await;
    let here = open(&test).await;
    Installation::new(here.clone()).key_match(KeyFingerprints::alone(TokenHash([7; 32])), start()).await.unwrap();
    raw.execute("INSERT INTO notification_mutes SELECT id, 'payout_filed' FROM users WHERE status = 'suspended'").await;
    let (elsewhere, again) = (TestDb::migrated(other(test.engine)).await, TestDb::migrated(test.engine).await);
    let (before, before_again) = (schema(&elsewhere).await, schema(&again).await);
    let (there, back) = (open(&elsewhere).await, open(&again).await);
    let copied = database_copy(&here, &there, &|_, _| {}).await.unwrap();
    assert!(copied.rows > 300_000, "{copied:?}");
    assert_eq!(database_copy(&there, &back, &|_, _| {}).await.unwrap(), copied);
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for (db, name) in [(&here, "here"), (&there, "there"), (&back, "back")] {
        let path = folder.path().join(name);
        assert_eq!(backup(db, &path).await.rows(), copied.rows);
        told.push(tallies(&path));
    }
    let empty: Vec<_> = told[0].iter().filter(|(_, (rows, _))| *rows == 0).collect();
    assert!(empty.is_empty(), "nothing is shown of them: {empty:?}");
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    for (test, before) in [(&elsewhere, before), (&again, before_again)] {
        assert_eq!(schema(test).await, before);
        let raw = Raw::open(test).await;
        for (table, (rows, _)) in &told[0] {
            assert_eq!(u64::try_from(raw.count(table).await).unwrap(), *rows, "{table}");
        }
        assert_eq!(raw.count("change_feed").await, 1, "that everything changed");
    }
}

async fn a_backup_goes_into_either_engine(test: TestDb) {
    let mut world = World::open(&test).await;
    world.opened("Ngozi Savings").await;
    let (key, other_key) = (TokenHash([7; 32]), TokenHash([8; 32]));
    let alone = KeyFingerprints::alone(key);
    Installation::new(world.db.clone()).key_match(alone.clone(), start()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let made = backup(&world.db, &folder.path().join("made")).await;
    assert_eq!(made.key_matched(&alone), Some(KeyMatch::Same));
    assert_eq!(made.key_matched(&KeyFingerprints::alone(other_key)), Some(KeyMatch::Other));
    let rotated = KeyFingerprints { previous: vec![key], ..KeyFingerprints::alone(other_key) };
    assert_eq!(made.key_matched(&rotated), Some(KeyMatch::Moved));
    for engine in [test.engine, other(test.engine)] {
        let target = TestDb::empty(engine).await;
        let db = open(&target).await;
        let kept = Backup::open(&folder.path().join("made")).await.unwrap();
        kept.restore(&db, &|_, _| {}).await.unwrap();
        assert_eq!(db.migrations_pending().await.unwrap(), Vec::<String>::new());
        let path = folder.path().join(engine.name());
        backup(&db, &path).await;
        assert_eq!(tallies(&path), tallies(&folder.path().join("made")));
    }
    only_the_owner_may_read(&folder.path().join("made"));
}

#[cfg(unix)]
fn only_the_owner_may_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path), 0o700);
    for file in fs::read_dir(path).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

/// Writes in the middle of a transfer, once.
fn amid<'a>(raw: &'a Raw, sql: &'a str) -> impl Fn(u64, u64) + Send + Sync + 'a {
    let is_done = AtomicBool::new(false);
    move |_, _| {
        if !is_done.swap(true, Ordering::SeqCst) {
            block_in_place(|| Handle::current().block_on(raw.execute(sql)));
        }
    }
}

async fn a_backup_has_one_moment(test: TestDb) {
    let mut world = World::open(&test).await;
    world.opened("Ngozi Savings").await;
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    backup(&world.db, &first).await;
    let raw = Raw::open(&test).await;
    // The table of units comes long after that of people, whose rows call this.
    let writing = amid(&raw, "UPDATE units SET name = 'Other'");
    backup_make(&world.db, &second, start(), &writing).await.unwrap();
    assert_eq!(raw.texts("SELECT name AS text FROM units").await, ["Other"]);
    assert_eq!(tallies(&first), tallies(&second));
    let again = backup_make(&world.db, &second, start(), &|_, _| {}).await;
    assert!(matches!(again, Err(TransferError::Exists(_))), "{again:?}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// The folder of a backup of a small business.
async fn small_backup(test: &TestDb) -> TempDir {
    let mut world = World::open(test).await;
    world.opened("Ngozi Savings").await;
    let folder = tempfile::tempdir().unwrap();
    backup(&world.db, &folder.path().join("it")).await;
    world.db.close().await;
    folder
}

async fn what_is_damaged_is_refused(test: TestDb) {
    let folder = small_backup(&test).await;
    let path = folder.path().join("it");
    let refused = async |says: &str| {
        let error = Backup::open(&path).await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    for name in ["users.rows.gz", "manifest.json", "installation.rows.gz", "SHA256SUMS"] {
        let file = path.join(name);
        let whole = fs::read(&file).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 2] {
            let mut flipped = whole.clone();
            flipped[place] ^= 4;
            fs::write(&file, flipped).unwrap();
            refused("cannot be used").await;
        }
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        refused("cannot be used").await;
        fs::remove_file(&file).unwrap();
        refused("cannot be used").await;
        fs::write(&file, whole).unwrap();
    }
    Backup::open(&path).await.unwrap();
    fs::remove_file(path.join("SHA256SUMS")).unwrap();
    refused("not finished").await;
}

async fn a_database_with_rows_is_not_filled(test: TestDb) {
    let folder = small_backup(&test).await;
    let kept = Backup::open(&folder.path().join("it")).await.unwrap();
    let raw = Raw::open(&test).await;
    let before = raw.count("users").await;
    let db = open(&test).await;
    let refused = kept.restore(&db, &|_, _| {}).await.unwrap_err();
    let names = matches!(&refused, TransferError::NotEmpty(tables) if tables.contains(&"users".to_owned()));
    assert!(names, "{refused:?}");
    let source = TestDb::migrated(other(test.engine)).await;
    let refused = database_copy(&open(&source).await, &db, &|_, _| {}).await.unwrap_err();
    assert!(matches!(refused, TransferError::NotEmpty(_)), "{refused:?}");
    assert_eq!(raw.count("users").await, before);
    // Also one that belongs to somebody else.
    let foreign = TestDb::empty(test.engine).await;
    Raw::open(&foreign).await.execute("CREATE TABLE notes (text text); INSERT INTO notes VALUES ('mine')").await;
    let refused = database_empty_check(&open(&foreign).await).await.unwrap_err();
    assert_eq!(refused.to_string(), "the database is not empty: it has rows in notes");
}

/// Rewrites the manifest, as if it had been another one when the backup was made.
fn manifest_change(path: &Path, change: impl FnOnce(&mut Value)) {
    let file = path.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(&file, manifest.to_string()).unwrap();
    let sums = fs::read_to_string(path.join("SHA256SUMS")).unwrap();
    let sum = sha256(manifest.to_string().as_bytes());
    let sums: String = sums
        .lines()
        .map(
            |line| {
                if line.ends_with("manifest.json") { format!("{sum}  manifest.json\n") } else { format!("{line}\n") }
            },
        )
        .collect();
    fs::write(path.join("SHA256SUMS"), sums).unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn a_backup_of_an_older_schema_is_brought_up_to_date(test: TestDb) {
    let folder = small_backup(&test).await;
    let path = folder.path().join("it");
    // The indexes came with this one, and no column did.
    let newest = "0021_indexes";
    manifest_change(&path, |manifest| {
        let migrations = manifest["migrations"].as_array_mut().unwrap();
        migrations.retain(|name| name != newest);
    });
    let newer = TestDb::migrated(test.engine).await;
    let refused = Backup::open(&path).await.unwrap().restore(&open(&newer).await, &|_, _| {}).await.unwrap_err();
    assert!(matches!(&refused, TransferError::Older(names) if names == &[newest]), "{refused:?}");
    let target = TestDb::empty(test.engine).await;
    let db = open(&target).await;
    Backup::open(&path).await.unwrap().restore(&db, &|_, _| {}).await.unwrap();
    assert_eq!(db.migrations_pending().await.unwrap(), Vec::<String>::new());
    assert_eq!(schema(&target).await, schema(&test).await);
    manifest_change(&path, |manifest| manifest["migrations"] = serde_json::json!(["9999_of_tomorrow"]));
    let target = TestDb::empty(test.engine).await;
    let refused = Backup::open(&path).await.unwrap().restore(&open(&target).await, &|_, _| {}).await.unwrap_err();
    assert!(matches!(refused, TransferError::Newer(_)), "{refused:?}");
    manifest_change(&path, |manifest| manifest["format"] = 2.into());
    let refused = Backup::open(&path).await.unwrap_err().to_string();
    assert!(refused.contains("the form 2"), "{refused}");
}

async fn a_copy_of_what_changed_meanwhile_is_refused(test: TestDb) {
    let mut world = World::open(&test).await;
    world.opened("Ngozi Savings").await;
    let target = TestDb::migrated(other(test.engine)).await;
    let raw = Raw::open(&test).await;
    let writing = amid(&raw, "UPDATE units SET name = 'Other'");
    let refused = database_copy(&world.db, &open(&target).await, &writing).await.unwrap_err();
    assert!(matches!(&refused, TransferError::SourceChanged(tables) if tables == &["units"]), "{refused:?}");
}

/// Rows that the target does not take, in a table that comes late.
async fn what_the_target_refuses_leaves_it_empty(test: TestDb) {
    let mut world = World::open(&test).await;
    world.opened("Ngozi Savings").await;
    let target = TestDb::migrated(other(test.engine)).await;
    let taken = Raw::open(&target).await;
    taken.execute("CREATE UNIQUE INDEX of_the_test ON audit_rows ((length(verb) * 0))").await;
    let refused = database_copy(&world.db, &open(&target).await, &|_, _| {}).await.unwrap_err();
    assert!(matches!(&refused, TransferError::Table { table, .. } if table == "audit_rows"), "{refused:?}");
    assert_eq!((taken.count("users").await, taken.count("audit_rows").await), (0, 0));
    taken.execute("DROP INDEX of_the_test").await;
    let before = schema(&target).await;
    database_copy(&world.db, &open(&target).await, &|_, _| {}).await.unwrap();
    assert_eq!(schema(&target).await, before);
}

/// Such a database may have columns that this program does not know of.
async fn a_database_of_a_later_release_is_left_alone(test: TestDb) {
    Raw::open(&test).await.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9998')").await;
    let db = open(&test).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it");
    let is_later = |error: &TransferError| matches!(error, TransferError::SchemaLater(names) if names == &["9998"]);
    let refused = backup_make(&db, &path, start(), &|_, _| {}).await.unwrap_err();
    assert!(is_later(&refused) && fs::read_dir(folder.path()).unwrap().count() == 0, "{refused:?}");
    let now = TestDb::migrated(other(test.engine)).await;
    let now_db = open(&now).await;
    for (from, to) in [(&db, &now_db), (&now_db, &db)] {
        let refused = database_copy(from, to, &|_, _| {}).await.unwrap_err();
        assert!(is_later(&refused), "{refused:?}");
    }
}

/// A migration that says what a program must know writes a row into a database that nobody has used.
async fn what_migrations_put_there_is_taken_from_the_source(test: TestDb) {
    let target = TestDb::migrated(other(test.engine)).await;
    let (here, there) = (Raw::open(&test).await, Raw::open(&target).await);
    for (raw, engine, floor) in [(&here, test.engine, "0021"), (&there, target.engine, "0001")] {
        let (bytes, now) = match engine {
            Engine::Postgres => (format!("convert_to('{floor}', 'UTF8')"), "now()"),
            Engine::Sqlite => (format!("CAST('{floor}' AS BLOB)"), "0"),
        };
        let put = format!("INSERT INTO installation (name, value, set_at) VALUES ('schema_floor', {bytes}, {now})");
        raw.execute(&put).await;
    }
    database_copy(&open(&test).await, &open(&target).await, &|_, _| {}).await.unwrap();
    let value = match target.engine {
        Engine::Postgres => "SELECT convert_from(value, 'UTF8') AS text FROM installation",
        Engine::Sqlite => "SELECT CAST(value AS TEXT) AS text FROM installation",
    };
    assert_eq!(there.texts(value).await, ["0021"]);
}

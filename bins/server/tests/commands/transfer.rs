//! `ofektom backup`, `ofektom restore` and `ofektom copy`, as they are run by hand.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ofektom_testkit::{Engine, TestDb, run_on};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{SECRET_KEY, output, program};

const OTHER_KEY: &str = "another key of the same length.....";

/// A folder, and the program on a database.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
        output(program(&self.folder, arguments).envs(settings.iter().copied()))
    }

    /// Runs a command that succeeds, and gives what it says.
    fn succeed(&self, arguments: &[&str], settings: &[(&str, &str)]) -> String {
        let (status, stdout, stderr) = self.run(arguments, settings);
        assert_eq!(status, 0, "{arguments:?}: {stdout}{stderr}");
        stdout
    }

    /// Runs a command that fails in one line, and gives the line.
    fn fail(&self, arguments: &[&str], settings: &[(&str, &str)]) -> String {
        let (status, stdout, stderr) = self.run(arguments, settings);
        assert_eq!(status, 1, "{arguments:?}: {stdout}{stderr}");
        let told: Vec<&str> = stderr.lines().filter(|line| line.starts_with("ofektom: ")).collect();
        assert_eq!(told.len(), 1, "{stderr}");
        told.concat()
    }
}

fn is_whole(stdout: &str) -> bool {
    stdout.contains("the books balance\n") && stdout.ends_with("the audit trail is whole\n")
}

/// That the demo's agent can sign in on a server, and what his businesses are.
async fn signed_in(mut command: Command, demo: &str) -> Value {
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut server = Server(spawned.expect("the program runs"));
    let mut line = String::new();
    let stdout = server.0.stdout.take().expect("its output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("it says something");
    let address = line.trim().strip_prefix("ofektom is ready at ").expect("it tells its address").to_owned();
    let passphrase = demo.split('"').nth(1).expect("the demo tells how to sign in");
    let phone = demo.split_whitespace().find(|word| word.starts_with("+234")).expect("the demo tells its people");
    let client = reqwest::Client::new();
    let login =
        client.post(format!("{address}/api/v1/auth/login")).json(&json!({ "phone": phone, "secret": passphrase }));
    let login = login.send().await.expect("it answers");
    assert_eq!(login.status(), 200);
    let login: Value = login.json().await.expect("it answers with JSON");
    let token = login.get("access_token").and_then(Value::as_str).expect("a token").to_owned();
    let me = client.get(format!("{address}/api/v1/me")).bearer_auth(token).send().await.expect("it answers");
    assert_eq!(me.status(), 200);
    me.json().await.expect("it answers with JSON")
}

/// A server that is stopped when this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn a_backup_is_restored(db: TestDb) {
    let bench = Bench::new();
    let here = [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY)];
    let demo = bench.succeed(&["demo"], &here);
    let to = bench.text("backup");
    let made = bench.succeed(&["backup", "--to", &to], &here);
    assert!(made.contains("rows of ") && made.contains("SECRET_KEY is not in it"), "{made}");
    assert!(bench.fail(&["backup", "--to", &to], &here).contains("exists already"));
    assert!(bench.fail(&["restore", "--from", &to], &here).contains("the database is not empty: it has rows in"));

    let empty = TestDb::empty(db.engine).await;
    let there = [("DATABASE_URL", empty.url.as_str()), ("SECRET_KEY", SECRET_KEY)];
    let other = [("DATABASE_URL", empty.url.as_str()), ("SECRET_KEY", OTHER_KEY)];
    assert!(bench.fail(&["restore", "--from", &to], &other).contains("is not the one that the backed-up database"));
    let damaged = bench.path("damaged");
    copy_folder(&bench.path("backup"), &damaged);
    let postings = damaged.join("postings.rows.gz");
    let mut bytes = fs::read(&postings).expect("it is there");
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).expect("it is not empty") ^= 1;
    fs::write(&postings, &bytes).expect("it can be written");
    let refused = bench.fail(&["restore", "--from", &damaged.display().to_string()], &there);
    assert!(refused.contains("postings.rows.gz is not as it was written"), "{refused}");

    let restored = bench.succeed(&["restore", "--from", &to], &there);
    assert!(is_whole(&restored), "{restored}");
    assert!(bench.fail(&["restore", "--from", &to], &there).contains("the database is not empty"));
    assert_eq!(again(&bench, "again", &there), again(&bench, "first", &here), "every table has the same");
    let before = signed_in(serving(&bench, &here), &demo).await;
    assert_eq!(signed_in(serving(&bench, &there), &demo).await, before);
}

pub async fn a_backup_whose_key_is_lost_is_restored(db: TestDb) {
    let bench = Bench::new();
    let here = [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY)];
    bench.succeed(&["demo"], &here);
    let to = bench.text("backup");
    bench.succeed(&["backup", "--to", &to], &here);
    let empty = TestDb::empty(db.engine).await;
    let there = [("DATABASE_URL", empty.url.as_str()), ("SECRET_KEY", OTHER_KEY)];
    let restored = bench.succeed(&["restore", "--from", &to, "--key-lost"], &there);
    assert!(restored.contains("the books balance\n") && restored.contains("secret-key accept"), "{restored}");
    bench.succeed(&["secret-key", "accept"], &there);
    let verified = bench.succeed(&["audit", "verify"], &there);
    assert!(verified.contains("of a former key") && verified.ends_with("the audit trail is whole\n"), "{verified}");
}

/// What another backup says of its tables.
fn again(bench: &Bench, name: &str, settings: &[(&str, &str)]) -> Value {
    bench.succeed(&["backup", "--to", &bench.text(name)], settings);
    let manifest = fs::read(bench.path(name).join("manifest.json")).expect("it has a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("it is JSON");
    manifest.get("tables").cloned().expect("it tells of tables")
}

fn serving(bench: &Bench, settings: &[(&str, &str)]) -> Command {
    let mut command = program(&bench.folder, &[]);
    command.envs(settings.iter().copied());
    command
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a new folder");
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        fs::copy(file.path(), to.join(file.file_name())).expect("it can be copied");
    }
}

/// From nothing configured to PostgreSQL, and back to another folder.
#[test]
fn the_embedded_database_moves_to_postgres_and_back() {
    run_on(Engine::Postgres, async |migrated: TestDb| {
        let bench = Bench::new();
        let demo = bench.succeed(&["demo"], &[]);
        let embedded = format!("sqlite:{}", bench.text("data/ofektom.db"));
        let before = again(&bench, "before", &[]);
        let (from_url, to_url) = (embedded.as_str(), migrated.url.as_str());
        let elsewhere = bench.text("elsewhere");
        let no_key = [("OFEKTOM_DATA", elsewhere.as_str())];
        assert!(bench.fail(&["copy", "--from", from_url, "--to", to_url], &no_key).contains("set SECRET_KEY"));
        let other = [("SECRET_KEY", OTHER_KEY)];
        assert!(bench.fail(&["copy", "--from", from_url, "--to", to_url], &other).contains("is not the key"));
        let nowhere = bench.fail(&["copy", "--from", &format!("{from_url}.none"), "--to", to_url], &[]);
        assert!(nowhere.contains("there is no database"), "{nowhere}");

        let file = bench.path("to-url");
        fs::write(&file, format!("{to_url}\n")).expect("it can be written");
        // What the settings say of a pooler is nothing to databases that are named.
        let key = fs::read_to_string(bench.path("data/secret_key")).expect("the key was made");
        let bystander = TestDb::empty(Engine::Postgres).await;
        let pooled = [
            ("DATABASE_URL", bystander.url.as_str()),
            ("DATABASE_POOLER", "transaction"),
            ("DATABASE_DIRECT_URL", bystander.url.as_str()),
            ("SECRET_KEY", key.trim()),
        ];
        let copied = bench.succeed(&["copy", "--from", from_url, "--to", &format!("@{}", file.display())], &pooled);
        assert!(copied.contains("were copied and compared") && is_whole(&copied), "{copied}");
        assert!(bench.fail(&["copy", "--from", from_url, "--to", to_url], &[]).contains("the database is not empty"));
        let postgres = [("DATABASE_URL", to_url), ("SECRET_KEY", key.trim())];
        assert_eq!(again(&bench, "after", &postgres), before, "every table has the same");
        assert!(bench.succeed(&["ledger", "verify"], &postgres).ends_with("the books balance\n"));
        assert!(bench.succeed(&["audit", "verify"], &postgres).ends_with("the audit trail is whole\n"));
        let me = signed_in(serving(&bench, &[]), &demo).await;
        assert_eq!(signed_in(serving(&bench, &postgres), &demo).await, me);

        let back = format!("sqlite:{}", bench.text("back.db"));
        let copied = bench.succeed(&["copy", "--from", to_url, "--to", &back], &postgres);
        assert!(is_whole(&copied), "{copied}");
        let there = [("DATABASE_URL", back.as_str()), ("SECRET_KEY", key.trim())];
        assert_eq!(signed_in(serving(&bench, &there), &demo).await, me);
    });
}

/// With nothing configured the key is a file beside the database, which is not in the backup.
#[test]
fn the_embedded_default_is_restored_with_its_key() {
    let (old, new) = (Bench::new(), Bench::new());
    old.succeed(&["demo"], &[]);
    let to = old.text("backup");
    let made = old.succeed(&["backup", "--to", &to], &[]);
    assert!(made.contains("data/secret_key is not in it"), "{made}");
    let names: Vec<_> = fs::read_dir(&to).expect("a folder").map(|file| file.expect("a file").file_name()).collect();
    assert!(!names.iter().any(|name| name == "secret_key"), "{names:?}");
    let refused = new.fail(&["restore", "--from", &to], &[]);
    assert!(refused.contains("data/secret_key") && !new.path("data").exists(), "{refused}");
    fs::create_dir(new.path("data")).expect("a new folder");
    fs::copy(old.path("data/secret_key"), new.path("data/secret_key")).expect("it can be copied");
    let restored = new.succeed(&["restore", "--from", &to], &[]);
    assert!(is_whole(&restored), "{restored}");
    // A database whose key is lost can be backed up.
    fs::remove_file(old.path("data/secret_key")).expect("it is there");
    old.succeed(&["backup", "--to", &old.text("later")], &[]);
}

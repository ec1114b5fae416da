//! `ofektom audit verify` and `ofektom audit head`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use ofektom_testkit::{Engine, TestDb};
use serde_json::Value;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{SECRET_KEY, output, program, told};

/// How often `/metrics` is looked at until the server has sealed.
const LOOKS_MAX: u32 = 10_000;

const OTHER_KEY: &str = "another key of the same length.....";

/// One database, and the program on it.
struct Bench<'a> {
    folder: TempDir,
    db: &'a TestDb,
}

impl Bench<'_> {
    fn program(&self, arguments: &[&str], key: &str) -> Command {
        let mut command = program(&self.folder, arguments);
        command.envs([("DATABASE_URL", self.db.url.as_str()), ("SECRET_KEY", key)]);
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        output(&mut self.program(arguments, SECRET_KEY))
    }

    /// The exit code and what is said on standard output.
    fn verify(&self, arguments: &[&str]) -> (i32, String) {
        let (status, stdout, stderr) = self.run(&[&["audit", "verify"], arguments].concat());
        assert!(!stderr.contains("ofektom:"), "{stderr}");
        (status, stdout)
    }

    fn admin_create(&self, phone: &str) {
        let mut command = self.program(&["admin", "create", "--phone", phone, "--name", "Ada Obi"], SECRET_KEY);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input is piped");
        stdin.write_all(b"market day at noon\n").expect("it reads its input");
        drop(stdin);
        let (status, _, stderr) = told(child.wait_with_output().expect("it ends"));
        assert_eq!(status, 0, "{stderr}");
    }

    /// Serves until it has sealed once, and stops: whoever stops seals, too.
    async fn serve(&self, key: &str) {
        let mut command = self.program(&[], key);
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.expect("the program runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says something");
        let address = line.trim().strip_prefix("ofektom is ready at ").expect("it tells its address");
        let mut sealed = None;
        for _ in 0..LOOKS_MAX {
            let metrics = reqwest::get(format!("{address}/metrics")).await.expect("it answers");
            let metrics: Value = metrics.json().await.expect("it answers with JSON");
            let of = |field: &str| metrics.pointer(&format!("/audit_sealing/{field}")).and_then(Value::as_u64);
            sealed = of("rows").zip(of("chains_failed"));
            if sealed.is_some() {
                break;
            }
        }
        assert_eq!(sealed, Some((1, 0)));
        let killed = Command::new("kill").arg(child.id().to_string()).status().expect("there is a kill");
        assert!(killed.success() && child.wait().expect("it ends").success());
    }

    async fn execute(&self, sql: &str) {
        match self.db.engine {
            Engine::Postgres => {
                let connected = tokio_postgres::connect(&self.db.url, NoTls).await;
                let (client, connection) = connected.expect("the database is there");
                tokio::spawn(connection);
                client.batch_execute(sql).await.expect("the statement is good");
            }
            Engine::Sqlite => {
                let connected = SqliteConnection::establish(self.db.url.trim_start_matches("sqlite:"));
                connected.expect("the database is there").batch_execute(sql).expect("the statement is good");
            }
        }
    }

    async fn append_only_drop(&self) {
        for table in ["audit_rows", "audit_seals"] {
            let sql = match self.db.engine {
                Engine::Postgres => format!("DROP TRIGGER {table}_append_only ON {table}"),
                Engine::Sqlite => format!("DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete"),
            };
            self.execute(&sql).await;
        }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("the file is written");
        Path::display(&path).to_string()
    }
}

pub async fn the_trail_is_verified(db: TestDb) {
    let bench = Bench { folder: tempfile::tempdir().expect("a temporary folder"), db: &db };
    let whole = |seals: u32| format!("looked at 1 chains, {seals} seals\nthe audit trail is whole\n");
    assert_eq!(bench.verify(&[]), (0, "looked at 0 chains, 0 seals\nthe audit trail is whole\n".to_owned()));
    bench.admin_create("08100000001");
    let (status, stdout) = bench.verify(&[]);
    assert!(status == 0 && stdout.contains("\n1 rows wait to be sealed"), "{stdout}");
    assert_eq!(bench.verify(&[]).1, stdout, "verifying seals nothing");
    bench.serve(SECRET_KEY).await;
    assert_eq!(bench.verify(&[]), (0, whole(1)));
    bench.admin_create("08100000002");
    bench.serve(SECRET_KEY).await;
    assert_eq!(bench.verify(&["--business", "00000000-0000-0000-0000-000000000000"]), (0, whole(2)));
    let (status, _, stderr) = bench.run(&["audit", "verify", "--business", "018f0000-0000-7000-8000-000000000000"]);
    assert!(status == 1 && stderr.contains("there is no audit trail"), "{stderr}");
    let (status, heads, _) = bench.run(&["audit", "head"]);
    assert!(status == 0 && heads.lines().count() == 2, "{heads}");
    let kept = bench.file("heads", &heads);
    assert_eq!(bench.verify(&["--heads", &kept]), (0, whole(2)));
    let (status, _, stderr) = bench.run(&["audit", "verify", "--heads", &bench.file("bad", "# heads\nx 1 2\n")]);
    assert!(status == 1 && stderr.contains("line 2 is no head"), "{stderr}");

    bench.append_only_drop().await;
    bench
        .execute(
            "UPDATE audit_rows SET address = '192.0.2.1' WHERE id IN (SELECT audit_id FROM audit_seals WHERE seq = 1)",
        )
        .await;
    let (status, stdout) = bench.verify(&[]);
    assert_eq!(status, 1);
    assert!(stdout.contains("\nthe platform: seal 1: row "), "{stdout}");
    assert!(stdout.contains(": the row was changed after it was sealed\n"), "{stdout}");
    assert!(stdout.ends_with("\nthe audit trail is not whole: 1 differences\n"), "{stdout}");
    bench
        .execute("UPDATE audit_rows SET address = NULL WHERE id IN (SELECT audit_id FROM audit_seals WHERE seq = 1)")
        .await;
    assert_eq!(bench.verify(&[]), (0, whole(2)));

    // Everything is taken away: only the heads know that there was something.
    bench.execute("DELETE FROM audit_seals; DELETE FROM audit_chains; DELETE FROM audit_rows").await;
    assert_eq!(bench.verify(&[]).0, 0);
    let (status, stdout) = bench.verify(&["--heads", &kept]);
    assert!(status == 1 && stdout.contains("the platform: seal 2: the chain ends before the head"), "{stdout}");
}

pub async fn a_trail_of_a_former_key_is_told(db: TestDb) {
    let bench = Bench { folder: tempfile::tempdir().expect("a temporary folder"), db: &db };
    bench.run(&["migrate"]);
    bench.admin_create("08100000001");
    bench.serve(SECRET_KEY).await;
    for command in ["verify", "head"] {
        let (status, stdout, stderr) = output(&mut bench.program(&["audit", command], OTHER_KEY));
        assert_eq!((status, stdout.as_str()), (1, ""), "{stderr}");
        assert!(stderr.contains("SECRET_KEY is not the key") && !stderr.contains(OTHER_KEY), "{stderr}");
    }
    let (status, stdout, _) = output(&mut bench.program(&["secret-key", "accept"], OTHER_KEY));
    assert!(status == 0 && stdout.contains("1 chains of the audit trail go on under it"), "{stdout}");
    let verify =
        |arguments: &[&str]| output(&mut bench.program(&[&["audit", "verify"], arguments].concat(), OTHER_KEY));
    let (status, stdout, _) = verify(&[]);
    assert!(status == 0 && stdout.contains("\n1 seals of a former key were not recomputed"), "{stdout}");
    let former = bench.file("former", &format!("{SECRET_KEY}\n"));
    let (status, stdout, _) = verify(&["--former-key", &former]);
    assert_eq!((status, stdout.as_str()), (0, "looked at 1 chains, 1 seals\nthe audit trail is whole\n"));
    bench.append_only_drop().await;
    bench.execute("UPDATE audit_rows SET verb = 'user.forget'").await;
    assert_eq!(verify(&["--former-key", &former]).0, 1);
    let (status, _, stderr) = verify(&["--former-key", &bench.file("short", "short")]);
    assert!(status == 1 && stderr.contains("it must have 32 or more"), "{stderr}");
}

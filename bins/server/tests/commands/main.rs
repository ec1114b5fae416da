//! The commands of the program, run as processes.
#![expect(clippy::expect_used, reason = "a test that cannot go on must fail, with the reason")]

mod audit;
mod rotation;
mod scale;
mod transfer;

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use ofektom_testkit::{TestDb, on_both_engines};
use tempfile::TempDir;

use crate::audit::{a_trail_of_a_former_key_is_told, the_trail_is_verified};
use crate::rotation::a_key_takes_the_place_of_another;
use crate::scale::{a_large_set_is_added_to_what_is_there, a_large_set_is_what_it_says_and_balances};
use crate::transfer::{a_backup_is_restored, a_backup_whose_key_is_lost_is_restored};

const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";

/// The program with its data in a folder of the test and nothing else configured.
fn program(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ofektom"));
    command.args(arguments).env_clear().env("OFEKTOM_DATA", folder.path().join("data")).env("PORT", "0");
    command.stdin(Stdio::null());
    command
}

fn output(command: &mut Command) -> (i32, String, String) {
    told(command.output().expect("the program runs"))
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    (output.status.code().expect("the program ends by itself"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_start_that_cannot_be_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = nobody.local_addr().expect("an address").port().to_string();
    let unreachable = "postgres://ann:s3cret@127.0.0.1:1/books";
    for (settings, code, says) in [
        (vec![("DATABASE_URL", "mysql://h/db")], 2, "unknown scheme \"mysql\""),
        (
            vec![("DATABASE_URL", unreachable), ("SECRET_KEY", SECRET_KEY), ("OFEKTOM_START_WAIT_SECONDS", "0")],
            1,
            "the database is unavailable",
        ),
        (vec![("DATABASE_URL", unreachable)], 2, "SECRET_KEY is required"),
        (vec![("SECRET_KEY", "short")], 2, "SECRET_KEY must have at least 32 bytes"),
        (vec![("OFEKTOM_PROT", "1")], 2, "OFEKTOM_PROT"),
        (vec![("PORT", taken.as_str())], 1, "(HOST, PORT)"),
    ] {
        let (status, stdout, stderr) = output(program(&folder, &[]).envs(settings));
        assert_eq!((status, stdout.as_str()), (code, ""), "{stderr}");
        assert!(stderr.contains(says) && !stderr.contains("s3cret"), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
    assert!(!folder.path().join("data/ofektom.db").exists(), "nothing was made");
}

#[test]
fn the_configuration_is_shown_without_its_secrets() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = [("DATABASE_URL", "postgres://ann:s3cret@db/books"), ("SECRET_KEY", SECRET_KEY)];
    let (status, stdout, _) = output(program(&folder, &["check-config"]).envs(settings));
    assert_eq!(status, 0);
    assert!(stdout.contains("postgres://ann:***@db/books"), "{stdout}");
    assert!(!stdout.contains("s3cret") && !stdout.contains(SECRET_KEY), "{stdout}");
}

#[test]
fn migrations_go_up_and_down() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| output(&mut program(&folder, arguments));
    let (_, up, _) = run(&["migrate"]);
    assert!(up.starts_with("applied 0001_"), "{up}");
    let (_, down, _) = run(&["migrate", "--down", "1"]);
    assert_eq!(down.lines().count(), 1, "{down}");
    let (status, _, stderr) = output(program(&folder, &[]).env("MIGRATE", "off"));
    assert!(status == 1 && stderr.contains("misses 1 migrations"), "{stderr}");
    let (status, _, stderr) = run(&["ledger", "verify"]);
    assert!(status == 1 && stderr.contains("misses 1 migrations"), "{stderr}");
    assert_eq!(run(&["migrate"]).1.lines().count(), 1);
    assert_eq!(run(&["migrate"]).1, "nothing to do\n");
}

#[test]
fn a_super_admin_has_a_passphrase_from_standard_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let create = |passphrase: &str| {
        let mut command = program(&folder, &["admin", "create", "--phone", "08100000001", "--name", "Ada Obi"]);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input is piped");
        stdin.write_all(passphrase.as_bytes()).expect("it reads its input");
        drop(stdin);
        told(child.wait_with_output().expect("it ends"))
    };
    assert_eq!(create("too short\n").0, 1);
    let (status, stdout, stderr) = create("market day at noon\n");
    assert!(status == 0 && stdout.starts_with("added the super admin "), "{stderr}");
    let (status, _, stderr) = create("market day at noon\n");
    assert!(status == 1 && stderr.contains("the phone number already has an account"), "{stderr}");
    assert!(!stderr.contains("08100000001"), "{stderr}");
}

async fn another_secret_key_is_noticed(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str], key: &str| {
        let mut command = program(&folder, arguments);
        output(command.envs([("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", key)]))
    };
    let (first, other) = (SECRET_KEY, "another key of the same length.....");
    let (status, _, stderr) = run(&["demo"], first);
    assert_eq!(status, 0, "{stderr}");
    for command in [vec![], vec!["demo"]] {
        let (status, stdout, stderr) = run(&command, other);
        assert!(status == 1 && stderr.contains("SECRET_KEY is not the key"), "{command:?}: {stdout}{stderr}");
        assert!(stderr.lines().count() == 1 && !stderr.contains(other), "{stderr}");
    }
    let (status, stdout, _) = run(&["ledger", "verify"], other);
    assert!(status == 0 && stdout.ends_with("the books balance\n"), "the books are read with any key: {stdout}");
    assert_eq!(run(&["secret-key", "accept"], other).0, 0);
    let (status, _, stderr) = run(&["demo"], other);
    assert!(status == 1 && stderr.contains("is in this database already"), "it is the key now: {stderr}");
    let (status, _, stderr) = run(&["demo"], first);
    assert!(status == 1 && stderr.contains("SECRET_KEY is not the key"), "{stderr}");
}

async fn the_demo_balances_and_is_filled_once(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        output(program(&folder, arguments).envs([("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY)]))
    };
    let (status, stdout, stderr) = run(&["demo"]);
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.contains("+2348100000001") && !stderr.contains("+234"), "{stdout}{stderr}");
    let (status, stdout, stderr) = run(&["ledger", "verify"]);
    assert!(status == 0 && stdout.ends_with("the books balance\n"), "{stdout}{stderr}");
    let (status, stdout, stderr) = run(&["audit", "verify"]);
    assert!(status == 0 && stdout.ends_with("the audit trail is whole\n"), "{stdout}{stderr}");
    let (status, _, stderr) = run(&["demo"]);
    assert!(status == 1 && stderr.contains("is in this database already"), "{stderr}");
}

async fn two_programs_complete_each_matured_card_once(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        let mut command = program(&folder, arguments);
        command.envs([("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY)]);
        command
    };
    // The demo's month of trade is over; its cards that ended meanwhile have matured, whenever this runs.
    assert_eq!(output(&mut run(&["demo"])).0, 0);
    let spawn = || run(&["mature"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let both = [spawn(), spawn()].map(|child| told(child.wait_with_output().expect("it ends")));
    for (status, stdout, stderr) in &both {
        assert!(*status == 0 && stdout.starts_with("completed "), "{stdout}{stderr}");
    }
    let (status, stdout, stderr) = output(&mut run(&["mature"]));
    assert!(status == 0 && stdout.starts_with("completed 0 cards"), "{stdout}{stderr}");
    let (status, stdout, stderr) = output(&mut run(&["ledger", "verify"]));
    assert!(status == 0 && stdout.ends_with("the books balance\n"), "{stdout}{stderr}");
}

on_both_engines!(
    the_demo_balances_and_is_filled_once,
    another_secret_key_is_noticed,
    two_programs_complete_each_matured_card_once,
    the_trail_is_verified,
    a_trail_of_a_former_key_is_told,
    a_large_set_is_what_it_says_and_balances,
    a_large_set_is_added_to_what_is_there,
    a_key_takes_the_place_of_another,
    a_backup_is_restored,
    a_backup_whose_key_is_lost_is_restored
);

//! A new secret key in place of a former one, by the commands.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use ofektom_testkit::TestDb;

use crate::{SECRET_KEY, output, program};

const NEW_KEY: &str = "fedcba9876543210fedcba9876543210";

pub async fn a_key_takes_the_place_of_another(db: TestDb) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str], settings: &[(&str, &str)]| {
        let mut command = program(&folder, arguments);
        output(command.env("DATABASE_URL", &db.url).envs(settings.iter().copied()))
    };
    let (former, new) = (("SECRET_KEY", SECRET_KEY), ("SECRET_KEY", NEW_KEY));
    let (waiting, rotated) = ([former, ("SECRET_KEY_NEXT", NEW_KEY)], [new, ("SECRET_KEY_PREVIOUS", SECRET_KEY)]);
    assert_eq!(run(&["demo"], &[former]).0, 0);
    let (status, before, _) = run(&["secret-key", "status"], &waiting);
    assert!(status == 0 && before.lines().count() == 2, "{before}");
    assert!(
        before.starts_with("present key ") && before.contains("; the database is used with it\ncoming"),
        "{before}"
    );

    // It is filled already, so this is only a start with the keys.
    let (_, _, stderr) = run(&["demo"], &rotated);
    assert!(stderr.contains("is used with the new secret key from now on"), "{stderr}");
    // A server of before, that starts again meanwhile, moves nothing back.
    let (_, _, stderr) = run(&["demo"], &waiting);
    assert!(stderr.contains("other servers have another secret key"), "{stderr}");
    let (status, _, stderr) = run(&["demo"], &[former]);
    assert!(status == 1 && stderr.contains("SECRET_KEY is not the key"), "{stderr}");
    let (status, stdout, _) = run(&["audit", "verify"], &rotated);
    assert!(status == 0 && stdout.ends_with("the audit trail is whole\n"), "{stdout}");

    let (_, status, _) = run(&["secret-key", "status"], &rotated);
    let (present, rest) = status.split_once('\n').expect("a line for each key");
    assert!(present.contains(" 0 secrets, ") && present.ends_with("; the database is used with it"), "{status}");
    assert!(rest.starts_with("former key ") && !rest.contains("it may go"), "{status}");
    let (_, told, _) = run(&["secret-key", "status"], &[new]);
    assert!(told.contains(" secrets of keys that are not given"), "{told}");
    for text in [before, status, told] {
        assert!(!text.contains(SECRET_KEY) && !text.contains(NEW_KEY), "{text}");
    }
    let (code, _, stderr) = run(&["secret-key", "rotate"], &[new]);
    assert!(code == 1 && stderr.contains("SECRET_KEY is configured"), "{stderr}");
}

#[test]
fn the_kept_key_is_made_anew_and_the_former_one_is_given_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| output(&mut program(&folder, arguments));
    assert_eq!(run(&["demo"]).0, 0);
    let key = || fs::read_to_string(folder.path().join("data/secret_key")).expect("the key");
    let first = key();
    let (status, stdout, _) = run(&["secret-key", "rotate"]);
    assert!(status == 0 && key() != first && !stdout.contains(&key()), "{stdout}");
    let (_, _, stderr) = run(&["demo"]);
    assert!(stderr.contains("is used with the new secret key from now on"), "{stderr}");
    let (status, stdout, _) = run(&["secret-key", "status"]);
    assert!(status == 0 && stdout.lines().count() == 2, "{stdout}");
    let (status, _, stderr) = run(&["secret-key", "forget"]);
    assert!(status == 1 && stderr.contains("chains of the audit trail are still under a former key"), "{stderr}");
    serve_for_a_moment(program(&folder, &[]));
    let (status, stdout, stderr) = run(&["secret-key", "forget"]);
    assert!(status == 0 && stdout.starts_with("1 former keys were removed"), "{stdout}{stderr}");
    assert!(stdout.contains("people did not sign in meanwhile"), "{stdout}");
    assert_eq!(run(&["mature"]).0, 0);
    assert_eq!(run(&["secret-key", "status"]).1.lines().count(), 2, "those of the key that is gone are told");
}

/// A server that starts, and is stopped at once. It seals before it ends, and takes the chains over.
fn serve_for_a_moment(mut command: Command) {
    let mut child = command.env("PORT", "0").stdout(Stdio::piped()).spawn().expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.starts_with("ofektom is ready"))), "it is ready");
    let pid = Pid::from_raw(child.id().try_into().expect("a process id"));
    kill(pid, Signal::SIGTERM).expect("it can be told to stop");
    assert!(child.wait().expect("it ends").success());
}

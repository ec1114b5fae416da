//! A new secret key in place of a former one, by the commands.

use std::fs;

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

    let (status, _, stderr) = run(&["mature"], &rotated);
    assert!(status == 0 && stderr.contains("is used with the new secret key from now on"), "{stderr}");
    // A server of before, that starts again meanwhile, moves nothing back.
    let (status, _, stderr) = run(&["mature"], &waiting);
    assert!(status == 0 && stderr.contains("other servers have another secret key"), "{stderr}");
    let (status, _, stderr) = run(&["mature"], &[former]);
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
    let (status, _, stderr) = run(&["mature"]);
    assert!(status == 0 && stderr.contains("is used with the new secret key from now on"), "{stderr}");
    let (status, stdout, _) = run(&["secret-key", "status"]);
    assert!(status == 0 && stdout.lines().count() == 2, "{stdout}");
    let (status, stdout, stderr) = run(&["secret-key", "forget"]);
    assert!(status == 0 && stdout.starts_with("1 former keys were removed"), "{stdout}{stderr}");
    assert!(stdout.contains("people did not sign in meanwhile"), "{stdout}");
    assert_eq!(run(&["mature"]).0, 0);
    assert_eq!(run(&["secret-key", "status"]).1.lines().count(), 2, "those of the key that is gone are told");
}

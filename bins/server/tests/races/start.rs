//! Starts that cannot be: one line that names the setting, and never a secret. More of them are among the tests of the
//! commands.

use std::fs;

use crate::program::ofektom;

#[test]
fn a_wrong_setting_is_named_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let unknown = file("unknown.toml", "[server]\nprot = 8001\n");
    let broken = file("broken.toml", "[secrets]\nsecret_key = \"hush hush hush\n");
    let short = file("short.toml", "[secrets]\nsecret_key = \"hush hush hush\"\n");
    for (setting, names) in [
        (("PORT", "http"), "PORT"),
        (("PORT", "65536"), "PORT"),
        (("HOST", "no such host"), "HOST"),
        (("DATABASE_URL", "hush hush hush"), "DATABASE_URL"),
        (("DATABASE_URL", "postgres://ann:hush@127.0.0.1"), "SECRET_KEY"),
        (("SECRET_KEY", "hush hush hush"), "SECRET_KEY"),
        (("SECRET_KEY", ""), "SECRET_KEY"),
        (("OFEKTOM_WORKERS", "many"), "OFEKTOM_WORKERS"),
        (("OFEKTOM_DATABASE_URL", "hush"), "OFEKTOM_DATABASE_URL"),
        (("OFEKTOM_CONFIG", "/no/such/file.toml"), "/no/such/file.toml"),
        (("OFEKTOM_CONFIG", unknown.as_str()), "server.prot"),
        (("OFEKTOM_CONFIG", broken.as_str()), "line 2"),
        (("OFEKTOM_CONFIG", short.as_str()), "secrets.secret_key"),
    ] {
        let said = ofektom(&[], &[("OFEKTOM_DATA", &data), setting], "");
        assert!(said.code > 0 && said.stdout.is_empty(), "{setting:?}: {said:?}");
        assert!(said.stderr.starts_with("ofektom: ") && said.stderr.contains(names), "{setting:?}: {said:?}");
        assert!(said.stderr.lines().count() == 1 && !said.stderr.contains("hush"), "{setting:?}: {said:?}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

/// A folder that cannot be written to, and a file that is no database.
#[test]
fn a_wrong_place_for_the_data_is_named_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.db");
    fs::write(&file, "not a database, but long enough to be read as one ".repeat(40)).unwrap();
    let text = file.display().to_string();
    let below = format!("{text}/data");
    let key = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
    for setting in [("OFEKTOM_DATA", below.as_str()), ("DATABASE_URL", text.as_str())] {
        let said = ofektom(&[], &[key, ("PORT", "0"), setting], "");
        assert!(said.code > 0 && said.stdout.is_empty(), "{setting:?}: {said:?}");
        assert!(said.stderr.lines().count() == 1 && said.stderr.contains("notes.db"), "{setting:?}: {said:?}");
    }
    assert!(fs::read_to_string(&file).unwrap().starts_with("not a database"), "it is as it was");
}

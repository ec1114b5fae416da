//! The units of systemd are taken by it, and what they start is shut in. Where there is no systemd, `cargo xtask test` says that nothing
//! of this was checked.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::{deploy, run};

/// Most that `systemd-analyze security` may have against a unit, in tenths: 10 is the worst.
const EXPOSURE_MAX: &str = "20";

#[test]
fn systemd_takes_the_units() {
    let Ok(analyze) = env::var("OFEKTOM_TEST_SYSTEMD_ANALYZE") else { return };
    let units = units_with_programs();
    let mut verify = Command::new(&analyze);
    verify.args(["verify", "--man=no", "--recursive-errors=no"]);
    for unit in ["ofektom@8001.service", "ofektom-nginx.service", "ofektom.target"] {
        verify.arg(units.path().join(unit));
    }
    assert_eq!(run(&mut verify), "");
}

#[test]
fn what_the_units_start_is_shut_in() {
    let Ok(analyze) = env::var("OFEKTOM_TEST_SYSTEMD_ANALYZE") else { return };
    for unit in ["ofektom@.service", "ofektom-nginx.service"] {
        let mut security = Command::new(&analyze);
        security.args(["security", "--offline=true", "--no-pager", &format!("--threshold={EXPOSURE_MAX}")]);
        let _ = run(security.arg(deploy("systemd").join(unit)));
    }
}

/// The units, with programs that are there for those that an installation puts in their places.
fn units_with_programs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(deploy("systemd")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("/usr/local/bin/ofektom", env!("CARGO_BIN_EXE_ofektom"));
        let text =
            if Path::new("/usr/sbin/nginx").is_file() { text } else { text.replace("/usr/sbin/nginx", "/bin/true") };
        fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    folder
}
